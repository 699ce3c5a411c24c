// Files of a task: from every side in, with progress, and shown where they help.
import type { Page } from "@playwright/test";
import { axe } from "./support/axe";
import { Board } from "./support/board";
import type { Person } from "./support/people";
import { makeProject, makeTask, type Project } from "./support/projects";
import { expect, test } from "./support/test";

// A red square, large enough to be clicked.
const square = Buffer.from(
	"iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAIAAAD8GO2jAAAAJ0lEQVR42u3NsQkAAAjAsP7/tF7hIASyp6lTCQQCgUAgEAgEgi/BAjLD/C5w/SM9AAAAAElFTkSuQmCC",
	"base64",
);
type Upload = { name: string; mimeType: string; buffer: Buffer };
const picture = (name: string) => ({ name, mimeType: "image/png", buffer: square });
const text = (name: string, size = 20) => ({ name, mimeType: "text/plain", buffer: Buffer.alloc(size, "a") });

const files = (page: Page) => page.getByRole("region", { name: "Files" });
const rows = (page: Page) => files(page).getByRole("listitem");
const row = (page: Page, name: string) => rows(page).filter({ hasText: name });
const add = (page: Page, ...what: Upload[]) =>
	files(page).locator("input[type=file]").setInputFiles(what);

async function names(person: Person, project: Project): Promise<string[]> {
	const path = `/projects/${project.id}/tasks/${project.key}-1/attachments`;
	const { items } = await person.api.get<{ items: { name: string }[] }>(path);
	return items.map(({ name }) => name);
}

async function choose(page: Page, name: string, what: string): Promise<void> {
	await files(page)
		.getByRole("button", { name: `Actions for ${name}` })
		.click();
	await page.getByRole("menuitem", { name: what }).click();
}

/** Drops a file on an element, as a file manager would. */
async function drop(page: Page, selector: string, name: string): Promise<void> {
	await page.locator(selector).evaluate((element, name) => {
		const dataTransfer = new DataTransfer();
		dataTransfer.items.add(new File(["dropped"], name, { type: "text/plain" }));
		for (const type of ["dragenter", "dragover", "drop"])
			element.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
	}, name);
}

test("several files are uploaded, renamed and deleted, and others see it", async ({ world, people }) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Filed");
	const page = await world.open(people.bob, `/p/${project.key}/board/1`);
	const other = await world.open(people.charlie, `/p/${project.key}/board/1`);
	await expect(files(page)).toContainText(/up to .*B each/);
	await add(page, picture("red.png"), text("notes.txt"));
	await expect(rows(other)).toHaveCount(2);
	await expect(row(other, "red.png").locator("img")).toHaveJSProperty("complete", true);
	await choose(page, "notes.txt", "Rename");
	const name = files(page).getByRole("textbox", { name: "Name of the file" });
	await name.fill("minutes.txt");
	await name.press("Enter");
	await expect(row(other, "minutes.txt")).toBeVisible();
	await choose(page, "minutes.txt", "Delete…");
	await row(page, "minutes.txt").getByRole("button", { name: "Delete" }).click();
	await expect(rows(other)).toHaveCount(1);
	await expect.poll(() => names(people.alice, project)).toEqual(["red.png"]);
	await page.keyboard.press("Escape");
	await expect(new Board(page).card("Filed").locator(".card-count")).toContainText("1 file");
	await expect(page.locator("[data-pending]")).toHaveCount(0);
});

test("a name that two people give a file is shown as yours and theirs", async ({ world, people }) => {
	world.expectTrouble(/status of 412/);
	const { alice, bob } = people;
	const project = await makeProject(people);
	await makeTask(alice, project, "Filed");
	const page = await world.open(bob, `/p/${project.key}/board/1`);
	await add(page, text("notes.txt"));
	await expect(row(page, "notes.txt").getByRole("link")).toBeVisible();
	await expect(page.locator(".file[data-pending]")).toHaveCount(0);
	const path = `/projects/${project.id}/tasks/${project.key}-1/attachments`;
	const { items } = await bob.api.get<{ items: { id: string }[] }>(path);
	await choose(page, "notes.txt", "Rename");
	const name = files(page).getByRole("textbox", { name: "Name of the file" });
	await name.fill("bob.txt");
	await alice.api.patch(`/projects/${project.id}/attachments/${items[0]?.id}`, { name: "alice.txt" });
	await expect(row(page, "").getByRole("button", { name: "Actions for alice.txt" })).toBeVisible();
	await name.press("Enter");
	const refused = page.locator(".toast-typed");
	await expect(refused).toContainText("bob.txt");
	await expect(refused).toContainText("alice.txt");
	expect(await names(alice, project)).toEqual(["alice.txt"]);
	await page.reload();
	await refused.getByRole("button", { name: "Use mine" }).click();
	await expect.poll(() => names(alice, project)).toEqual(["bob.txt"]);
	await expect(refused).toHaveCount(0);
});

test("images open one after another by keys, and one becomes the cover of the card", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Pictured");
	const page = await world.open(people.bob, `/p/${project.key}/board/1`);
	// A file that is still on its way has a row too, and may arrive after the next one.
	await add(page, picture("one.png"));
	await expect(files(page).getByRole("button", { name: "Show one.png" })).toBeVisible();
	await add(page, picture("two.png"));
	await expect(files(page).getByRole("button", { name: "Show two.png" })).toBeVisible();
	await files(page).getByRole("button", { name: "Show one.png" }).click();
	const box = (name: string) => page.getByRole("dialog", { name: `Image ${name}` });
	await expect(box("one.png")).toContainText("1 of 2");
	await page.keyboard.press("ArrowRight");
	await expect(box("two.png")).toContainText("2 of 2");
	await page.keyboard.press("ArrowRight");
	await expect(box("one.png")).toBeVisible();
	await page.keyboard.press("Escape");
	await expect(box("one.png")).toHaveCount(0);
	await expect(files(page)).toBeVisible();
	await choose(page, "two.png", "Use as cover");
	await expect(row(page, "two.png")).toContainText("Cover");
	const cover = new Board(page).card("Pictured").locator(".card-cover");
	await expect(cover).toBeAttached();
	await choose(page, "two.png", "Remove the cover");
	await expect(cover).toHaveCount(0);
	for (const colorScheme of ["light", "dark"] as const) {
		await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
		const { violations } = await axe(page, { within: "dialog" });
		expect(violations.map(({ id }) => id)).toEqual([]);
	}
});

test("a pasted image is uploaded into the text, and a file is dropped on the dialog or on a card", async ({
	world,
	people,
}) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Caught");
	const page = await world.open(people.bob, `/p/${project.key}/board/1`);
	const field = page.getByRole("textbox", { name: "Write a comment" });
	await expect(files(page)).toBeVisible();
	await field.fill("Look:");
	await field.evaluate((element, bytes) => {
		const data = new DataTransfer();
		const content = Uint8Array.from(atob(bytes), (sign) => sign.charCodeAt(0));
		data.items.add(new File([content], "shot.png", { type: "image/png" }));
		element.dispatchEvent(
			new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }),
		);
	}, square.toString("base64"));
	await expect(field).toHaveValue(/^Look: !\[shot\.png\]\(attachment:[\w-]+\)\n$/);
	await field.press("Control+Enter");
	const image = page.locator(".comment img");
	await expect(image).toHaveJSProperty("naturalWidth", 32);
	await image.click();
	await expect(page.getByRole("dialog", { name: "Image shot.png" })).toBeVisible();
	await page.keyboard.press("Escape");

	await drop(page, ".task", "on-dialog.txt");
	await expect(row(page, "on-dialog.txt")).toBeVisible();
	await page.keyboard.press("Escape");
	await expect(page.getByRole("dialog")).toHaveCount(0);
	await drop(page, ".card", "on-card.txt");
	await expect(page.locator(".toast")).toContainText(`Uploading 1 file to ${project.key}-1`);
	await expect.poll(() => names(people.bob, project)).toEqual(["shot.png", "on-dialog.txt", "on-card.txt"]);
});

test("an upload is cancelled, fails, and is tried again", async ({ world, people }) => {
	world.expectTrouble(/status of 503|ERR_FAILED|Failed to load/);
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Tough");
	const page = await world.open(people.bob, `/p/${project.key}/board/1`);
	await expect(files(page)).toBeVisible();
	const address = /\/attachments\?name=/;
	await page.route(address, () => undefined);
	await add(page, text("stuck.txt", 1000));
	await expect(row(page, "stuck.txt")).toContainText("0 % of 1 kB");
	await row(page, "stuck.txt").getByRole("button", { name: "Cancel the upload of stuck.txt" }).click();
	await expect(rows(page)).toHaveCount(0);
	await page.unroute(address);
	await page.route(address, (route) => route.fulfill({ status: 503, json: { code: "unavailable" } }));
	await add(page, text("later.txt"));
	await expect(row(page, "later.txt")).toContainText("The server is busy");
	await page.unroute(address);
	await row(page, "later.txt").getByRole("button", { name: "Try again" }).click();
	await expect.poll(() => names(people.bob, project)).toEqual(["later.txt"]);
	await expect(row(page, "later.txt").getByRole("button", { name: "Try again" })).toHaveCount(0);
});

test("texts are shown as they are, and sounds are played, beside the images", async ({ world, people }) => {
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Shown");
	const page = await world.open(people.bob, `/p/${project.key}/board/1`);
	const html = "<h1 id=drawn>Hello</h1><script>document.title = 'taken'</script>";
	await add(page, { name: "page.html", mimeType: "text/html", buffer: Buffer.from(html) });
	await add(page, text("long.txt", 70 * 1024), text("empty.txt", 0));
	await add(page, { name: "beep.wav", mimeType: "audio/wav", buffer: beep() });
	await add(page, { name: "data.zip", mimeType: "application/zip", buffer: Buffer.from("PK\x03\x04") });
	await expect(rows(page)).toHaveCount(5);
	const open = (name: string) => row(page, name).getByRole("link", { name }).click();
	const box = (name: string) => page.getByRole("dialog", { name: `File ${name}` });

	await open("page.html");
	await expect(box("page.html").locator("pre")).toHaveText(html);
	await expect(page.locator("#drawn")).toHaveCount(0);
	await expect(page).not.toHaveTitle("taken");
	await expect(box("page.html")).toContainText("of 4");
	await expect(box("page.html").getByText("Download the whole file")).toHaveCount(0);
	await page.keyboard.press("Escape");

	await open("long.txt");
	await expect(box("long.txt").locator("pre")).toHaveText("a".repeat(64 * 1024));
	await expect(box("long.txt")).toContainText("Only the first 64 kB of 70 kB are shown.");
	const whole = box("long.txt").getByRole("link", { name: "Download the whole file" });
	await expect(whole).toHaveAttribute("href", /content\?download=true$/);
	for (const colorScheme of ["light", "dark"] as const) {
		await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
		const { violations } = await axe(page, { within: "dialog" });
		expect(violations.map(({ id }) => id)).toEqual([]);
	}
	await page.keyboard.press("Escape");

	await open("empty.txt");
	await expect(box("empty.txt")).toContainText("This file is empty.");
	await page.keyboard.press("Escape");

	await open("beep.wav");
	const sound = box("beep.wav").locator("audio");
	await expect(sound).toHaveAttribute("src", /^blob:/);
	await expect.poll(() => sound.evaluate((one: HTMLAudioElement) => one.duration)).toBeCloseTo(0.1);
	await page.keyboard.press("Escape");
	await expect(page.getByRole("dialog", { name: /^File/ })).toHaveCount(0);
});

test("an AVIF is shown as it is, and a broken one or a PDF is a file to download", async ({
	world,
	people,
}) => {
	world.expectTrouble(/status of 404/);
	const project = await makeProject(people);
	await makeTask(people.alice, project, "Sharp");
	const page = await world.open(people.bob, `/p/${project.key}/board/1`);
	const avif = (name: string, buffer: Buffer) => ({ name, mimeType: "image/avif", buffer });
	await add(page, avif("sharp.avif", sharp));
	await expect(row(page, "sharp.avif").locator("img")).toHaveJSProperty("naturalWidth", 12);
	await add(page, avif("broken.avif", Buffer.concat([sharp.subarray(0, 32), Buffer.alloc(64)])));
	await add(page, { name: "plan.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.4\n%%EOF") });
	await expect(rows(page)).toHaveCount(3);
	await expect(row(page, "broken.avif").locator("img")).toHaveCount(0);
	await row(page, "sharp.avif").getByRole("button", { name: "Show sharp.avif" }).click();
	const box = (name: string) => page.getByRole("dialog", { name: `Image ${name}` });
	await expect(box("sharp.avif").locator("img")).toHaveJSProperty("naturalHeight", 8);
	await expect(box("sharp.avif")).toContainText("1 of 2");
	await page.keyboard.press("ArrowRight");
	await expect(box("broken.avif")).toContainText("This browser cannot show it.");
	await page.keyboard.press("Escape");
	const download = page.waitForEvent("download");
	await row(page, "plan.pdf").getByRole("link", { name: "plan.pdf" }).click();
	expect((await download).suggestedFilename()).toBe("plan.pdf");
});

// 12 × 8 pixels of one colour.
const sharp = Buffer.from(
	"AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUIAAADrbWV0YQAAAAAAAAAhaGRscgAAAAAAAAAAcGljdAAAAAAAAAAAAAAAAAAAAAAOcGl0bQAAAAAAAQAAAB5pbG9jAAAAAEQAAAEAAQAAAAEAAAETAAAAJAAAAChpaW5mAAAAAAABAAAAGmluZmUCAAAAAAEAAGF2MDFDb2xvcgAAAABqaXBycAAAAEtpcGNvAAAAFGlzcGUAAAAAAAAADAAAAAgAAAAQcGl4aQAAAAADCAgIAAAADGF2MUOBAAwAAAAAE2NvbHJuY2x4AAEADQAGgAAAABdpcG1hAAAAAAAAAAEAAQQBAoMEAAAALG1kYXQSAAoIGAyvtEBDQaEyFhxHh4Xd0000wsAAALCfzl51oI3rjP0=",
	"base64",
);

/** A tenth of a second of silence. */
function beep(): Buffer {
	const samples = 800;
	const head = Buffer.alloc(44);
	head.write("RIFF");
	head.writeUInt32LE(36 + samples, 4);
	head.write("WAVEfmt ", 8);
	head.writeUInt32LE(16, 16);
	head.writeUInt16LE(1, 20);
	head.writeUInt16LE(1, 22);
	head.writeUInt32LE(8000, 24);
	head.writeUInt32LE(8000, 28);
	head.writeUInt16LE(1, 32);
	head.writeUInt16LE(8, 34);
	head.write("data", 36);
	head.writeUInt32LE(samples, 40);
	return Buffer.concat([head, Buffer.alloc(samples, 128)]);
}
