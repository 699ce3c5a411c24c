// The story with a file: three people, three browsers, one picture.
import type { Page } from "@playwright/test";
import { Board } from "./support/board";
import type { Person } from "./support/people";
import { makeProject, makeTask } from "./support/projects";
import { expect, test } from "./support/test";
import { answeredAt, figure } from "./support/timing";

/** Draws a picture of this colour and drops it on a card, as a file manager would: once the card says that it takes it. */
async function dropPicture(page: Page, name: string, colour: string): Promise<void> {
	await page.locator(".card").evaluate(
		async (element, { name, colour }) => {
			const canvas = new OffscreenCanvas(320, 200);
			const pen = canvas.getContext("2d");
			if (!pen) throw new Error("no canvas");
			pen.fillStyle = colour;
			pen.fillRect(0, 0, 320, 200);
			const dataTransfer = new DataTransfer();
			dataTransfer.items.add(new File([await canvas.convertToBlob()], name, { type: "image/png" }));
			const tell = (type: string) =>
				element.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
			while (!("files" in (element as HTMLElement).dataset)) {
				tell("dragover");
				await new Promise(requestAnimationFrame);
			}
			tell("drop");
		},
		{ name, colour },
	);
}

const files = (page: Page) => page.getByRole("region", { name: "Files" });
const bell = (page: Page) => page.getByRole("link", { name: /^Notifications/ }).first();

/** The moment at which the first picture of the open task is drawn, in ms since 1970. */
function drawnAt(page: Page): Promise<number> {
	return page.evaluate(async () => {
		for (;;) {
			const image = document.querySelector<HTMLImageElement>(".files img");
			if (image?.complete && image.naturalWidth > 0) return Date.now();
			await new Promise(requestAnimationFrame);
		}
	});
}

async function unread({ api }: Person): Promise<number> {
	return (await api.get<{ unread_count: number }>("/me/notifications?limit=1")).unread_count;
}

/** Answers the status of a request that the browser of this page makes, cookies and all. */
const statusOf = (page: Page, path: string) =>
	page.evaluate(async (path) => (await fetch(path, { cache: "no-store" })).status, path);

test("Alice drops a picture, Bob and Charlie see it, Bob calls Charlie, and Charlie is removed", async ({
	world,
	people,
}) => {
	// Three browsers begin at once.
	test.setTimeout(80_000);
	const { alice, bob, charlie } = people;
	world.expectTrouble(/status of 404/);
	await charlie.api.put("/me/notifications/read", {});
	const project = await makeProject(people);
	const task = await makeTask(alice, project, "Paint the door");
	const address = `/p/${project.key}/board`;
	const wire = await world.relay();
	const hers = await world.open(alice, address);
	const his = await world.open(bob, `${address}/${task.number}`);
	const theirs = await world.open(charlie, `${address}/${task.number}`, {
		through: wire,
		// Uncompressed, so that what is on the wire can be read.
		extraHTTPHeaders: { "Accept-Encoding": "identity" },
	});
	await expect(new Board(hers).card("Paint the door")).toBeVisible();
	for (const page of [his, theirs]) {
		await expect(files(page)).toBeVisible({ timeout: 30_000 });
		await expect(page.locator(".pill")).toHaveAttribute("data-state", "live");
	}

	const answered = answeredAt(
		hers.waitForResponse((answer) => /\/attachments\?name=/.test(answer.url()) && answer.ok()),
	);
	const drawn = Promise.all([drawnAt(his), drawnAt(theirs)]);
	await dropPicture(hers, "door.png", "teal");
	const [uploaded, moments] = [await answered, await drawn];
	const delays = moments.map((moment) => Math.round(moment - uploaded));
	figure(`thumbnail drawn at Bob's and Charlie's ${delays.join(" and ")} ms after the upload`);
	expect(Math.max(...delays)).toBeLessThan(1000);
	for (const page of [his, theirs]) await expect(files(page)).toContainText("door.png");
	await expect(new Board(hers).card("Paint the door").locator(".card-count")).toContainText("1 file");

	// Charlie looks at the task: what is said there needs no bell.
	const field = his.getByRole("textbox", { name: "Write a comment" });
	const send = async (text: string) => {
		await field.pressSequentially(text);
		await field.press("Control+Enter");
		await expect(his.locator(".comment").last()).toContainText(text);
	};
	const say = async (text: string) => {
		await field.click();
		await field.pressSequentially("@Char");
		await expect(his.getByRole("option", { name: "Charlie" })).toBeVisible();
		await field.press("Enter");
		await send(text);
		await expect(his.locator(".comment").last()).toContainText(`@Charlie ${text}`);
	};
	await say("look at this");
	await expect(theirs.locator(".comment")).toContainText("@Charlie look at this");
	await expect.poll(() => unread(charlie)).toBe(0);
	await expect(bell(theirs)).toHaveAccessibleName("Notifications");
	await expect(theirs.locator(".toast")).toHaveCount(0);

	// Elsewhere it rings.
	await theirs.goto("/account");
	await expect(bell(theirs)).toHaveAccessibleName("Notifications");
	await expect(theirs.locator(".pill")).toHaveAttribute("data-state", "live");
	await say("and at that");
	await expect(bell(theirs)).toHaveAccessibleName("Notifications, 1 unread");
	await expect(theirs.locator(".toast")).toContainText(`Bob mentioned you on ${project.key}-${task.number}`);
	expect(await unread(charlie)).toBe(1);

	const path = `/projects/${project.id}/tasks/${task.id}/attachments`;
	const { items } = await alice.api.get<{ items: { id: string }[] }>(path);
	const one = `/api/v1/projects/${project.id}/attachments/${items[0]?.id}`;
	const parts = [
		`${one}/content`,
		`${one}/thumbnail?size=small`,
		`/api/v1/projects/${project.id}/tasks/${task.id}/comments`,
	];
	for (const part of parts) expect(await statusOf(theirs, part)).toBe(200);
	await theirs.goto(address);
	await expect(new Board(theirs).card("Paint the door")).toBeVisible();
	await alice.api.delete(`/projects/${project.id}/members/${charlie.id}`);
	await expect(theirs.getByText("You are no longer a member of")).toBeVisible();
	await expect(theirs).toHaveURL("/");
	for (const part of parts) expect(await statusOf(theirs, part)).toBe(404);

	const gone = Date.now();
	await send("now without you");
	const second = answeredAt(hers.waitForResponse((answer) => /\/attachments\?name=/.test(answer.url())));
	await dropPicture(hers, "window.png", "navy");
	await second;
	await expect(files(his).getByRole("listitem")).toHaveCount(2);
	// What Charlie may still see comes after that, on the same stream: by then the rest would have come too.
	const other = await makeProject(people, { name: `After ${project.key}` });
	await expect(theirs.getByRole("link", { name: new RegExp(`After ${project.key}`) }).first()).toBeVisible();
	const heard = wire.since(gone);
	expect(heard).toContain(other.id);
	for (const word of [project.id, task.id, "now without you", "window.png", "door.png"])
		expect(heard, "what the server sent to Charlie").not.toContain(word);
	await theirs.goto("/notifications");
	await expect(theirs.getByRole("heading", { name: "Notifications" })).toBeVisible();
	await expect(theirs.getByRole("main")).not.toContainText("and at that");
});
