import { expect, type Locator, type Page } from "@playwright/test";
import type { Task } from "./api";
import { boxOf } from "./board";

/** A timeline as somebody sees it, zoomed to days. */
export class Plan {
	/** Pixels of a day at that zoom. */
	static readonly day = 36;

	constructor(readonly page: Page) {}

	bar(task: Pick<Task, "id">): Locator {
		return this.page.locator(`[data-bar="${task.id}"]`);
	}

	/** What takes the focus, and says everything about the bar. */
	button(task: Pick<Task, "id">): Locator {
		return this.bar(task).getByRole("button");
	}

	box(task: Pick<Task, "id">): Locator {
		return this.bar(task).locator(".tl-box");
	}

	grip(task: Pick<Task, "id">, which: "start" | "end" | "link"): Locator {
		return this.bar(task).locator(`[data-grip="${which}"]`);
	}

	async dependents(name: "Keep" | "Push" | "Shift"): Promise<void> {
		await this.page.getByRole("button", { name: /^Dependents:/ }).click();
		await this.page.getByRole("menuitemradio", { name: new RegExp(`^${name}`) }).click();
		await expect(this.page.getByRole("button", { name: `Dependents: ${name}` })).toBeVisible();
	}

	/** Pulls something by a number of days with the mouse. */
	async pull(what: Locator, days: number): Promise<void> {
		await expect(what).toBeVisible();
		await what.hover({ force: true });
		const box = await boxOf(what);
		const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
		const { mouse } = this.page;
		await mouse.move(x, y);
		await mouse.down();
		await mouse.move(x + (days * Plan.day) / 2, y, { steps: 4 });
		await mouse.move(x + days * Plan.day, y, { steps: 4 });
		await mouse.up();
	}
}
