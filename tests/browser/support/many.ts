import type { Page } from "@playwright/test";
import type { Task } from "./api";
import type { Project } from "./projects";

/** The page gets `count` tasks in a project, of which the server has only `first`: making them all would take minutes. */
export async function pretendMany(page: Page, project: Project, first: Task, count: number): Promise<void> {
	await page.route(`**/projects/${project.id}/board`, async (route) => {
		const answer = await route.fetch();
		const board = (await answer.json()) as { tasks: object[] };
		for (let number = 2; number <= count; number++) {
			const id = String(number).padStart(8, "0") + first.id.slice(8);
			const title = `Task ${number} of many`;
			board.tasks.push({ ...first, id, number, title, position: `b${String(number).padStart(6, "0")}` });
		}
		await route.fulfill({ response: answer, json: board });
	});
}
