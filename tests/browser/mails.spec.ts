// What the page does with a server that mails: the tests' server has no mail, so that its answers are given here.
import type { Page } from "@playwright/test";
import { axe } from "./support/axe";
import { makeProject } from "./support/projects";
import { expect, test } from "./support/test";

async function withMail(page: Page, mail: boolean): Promise<void> {
	await page.route(/\/api\/v1\/instance$/, async (route) => {
		const answer = await route.fetch();
		await route.fulfill({ response: answer, json: { ...(await answer.json()), mail } });
	});
}

async function withoutViolations(page: Page, part: string): Promise<void> {
	for (const colorScheme of ["light", "dark"] as const) {
		await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
		const { violations } = await axe(page, { within: part });
		expect(violations.map(({ id }) => id)).toEqual([]);
	}
}

test("an invitation is mailed to the address that was typed, and its link is still shown", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	const page = await (await world.browser(people.alice)).newPage();
	await withMail(page, true);
	const asked: Record<string, unknown>[] = [];
	await page.route(/\/invitations$/, (route) => {
		if (route.request().method() !== "POST") return route.continue();
		const { send, ...rest } = route.request().postDataJSON() as Record<string, unknown>;
		asked.push({ send, ...rest });
		return route.continue({ postData: JSON.stringify(rest) });
	});
	await page.goto(`/p/${project.key}/members`);
	await page.getByRole("button", { name: "Invite", exact: true }).click();
	const dialog = page.getByRole("dialog");
	const send = dialog.getByRole("checkbox", { name: "Send the link to this address" });
	await expect(dialog.getByText("The link can be sent there.")).toBeVisible();
	await expect(send).toHaveCount(0);
	await dialog.getByLabel("For whom").fill("nobody@example.com");
	await expect(send).toBeChecked();
	await withoutViolations(page, "dialog");
	await dialog.getByRole("button", { name: "Create and send the link" }).click();
	await expect(dialog.getByRole("status").first()).toContainText("The link is sent to nobody@example.com.");
	await expect(dialog.getByLabel("Invitation link")).toHaveValue(/\/invite#/);
	await withoutViolations(page, "dialog");

	await dialog.getByRole("button", { name: "Create another link" }).click();
	await dialog.getByLabel("For whom").fill("nobody@example.com");
	await send.uncheck();
	await dialog.getByRole("button", { name: "Create the link" }).click();
	await expect(dialog.getByText("send it yourself")).toBeVisible();
	expect(asked.map(({ send }) => send)).toEqual([true, undefined]);
});

test("a server that mails nothing offers nothing of it", async ({ world, people }) => {
	const project = await makeProject(people);
	const page = await world.open(people.alice, `/p/${project.key}/members`);
	await page.getByRole("button", { name: "Invite", exact: true }).click();
	const dialog = page.getByRole("dialog");
	await dialog.getByLabel("For whom").fill("nobody@example.com");
	await expect(dialog.getByText("Nothing is sent.")).toBeVisible();
	await expect(dialog.getByRole("checkbox")).toHaveCount(0);
	await page.goto("/admin");
	await expect(page.getByRole("heading", { name: "People" })).toBeVisible();
	await expect(page.getByRole("link", { name: "Mails" })).toHaveCount(0);
});

test("administrators see which mails could not be sent, try them again, and delete them", async ({
	world,
	people,
}) => {
	const at = new Date(Date.now() - 180_000).toISOString();
	const failed = (id: string, address: string, kind: string, error: string) => ({
		id,
		kind,
		address,
		attempts: 8,
		error,
		created_at: at,
		failed_at: at,
	});
	let mails = [
		failed("01a1", "bob@example.com", "commented", "550 5.1.1 <bob@example.com>: Recipient address rejected"),
		failed("01a2", "charlie@example.com", "invitation", "connection refused"),
		failed("01a3", "alice@example.com", "due", ""),
	];
	const asked: string[] = [];
	const page = await (await world.browser(people.alice)).newPage();
	await withMail(page, true);
	await page.route(/\/api\/v1\/admin\/mails/, (route) => {
		const { pathname, searchParams } = new URL(route.request().url());
		const method = route.request().method();
		if (method === "GET") {
			const [first, ...rest] = mails;
			const paged = mails.length === 3;
			const items = searchParams.has("cursor") ? rest : paged ? [first] : mails;
			return route.fulfill({ json: { items, next_cursor: paged && items.length === 1 ? "next" : null } });
		}
		asked.push(`${method} ${pathname.replace(/.*\/mails\//, "")}`);
		mails = mails.filter(({ id }) => !pathname.includes(id));
		return route.fulfill({ status: 204 });
	});
	await page.goto("/admin/mails");
	const section = page.getByRole("region", { name: "Mails that could not be sent" });
	const lines = section.getByRole("listitem");
	await expect(lines).toHaveCount(1);
	await section.getByRole("button", { name: "Show more" }).click();
	await expect(lines).toHaveCount(3);
	await expect(lines.first()).toContainText("A comment · 8 attempts · given up 3 minutes ago");
	await expect(lines.first()).toContainText("550 5.1.1 <bob@example.com>: Recipient address rejected");
	await expect(lines.last()).toContainText("No reason was given.");
	await withoutViolations(page, "main");

	await section.getByRole("button", { name: "Try the mail to bob@example.com again" }).click();
	await expect(page.locator(".toast")).toContainText("The mail to bob@example.com is tried again");
	await expect(lines).toHaveCount(2);
	await expect(section.getByRole("heading")).toBeFocused();
	await section.getByRole("button", { name: "Delete the mail to charlie@example.com" }).click();
	const question = page.getByRole("dialog");
	await question.getByRole("button", { name: "Delete" }).click();
	await expect(lines).toHaveCount(1);
	await section.getByRole("button", { name: "Try the mail to alice@example.com again" }).click();
	await expect(section).toContainText("Every mail could be sent.");
	expect(asked).toEqual(["POST 01a1/retry", "DELETE 01a2", "POST 01a3/retry"]);
});
