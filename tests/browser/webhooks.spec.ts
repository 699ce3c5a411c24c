// Where a project's events are sent: a manager makes it, tries it, and sees what arrived.
import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "@playwright/test";
import { axeFindsNothing } from "./support/axe";
import { choose } from "./support/fields";
import { makeProject, makeTask, type Project } from "./support/projects";
import { expect, test } from "./support/test";

interface Received {
	headers: IncomingHttpHeaders;
	body: string;
}

/** A program that is sent events; it answers with `status`. */
async function receiver() {
	const received: Received[] = [];
	const state = { status: 204 };
	const server = createServer((asked, answer) => {
		let body = "";
		asked.on("data", (part) => {
			body += part;
		});
		asked.on("end", () => {
			received.push({ headers: asked.headers, body });
			answer.writeHead(state.status);
			answer.end(state.status < 300 ? undefined : "closed for <b>lunch</b>");
		});
	});
	await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
	const close = () => {
		server.closeAllConnections();
		server.close();
	};
	return { received, state, url, close };
}

/** As Standard Webhooks has it. */
function signatureOf({ headers, body }: Received, secret: string): string {
	const text = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
	const key = Buffer.from(secret.replace("whsec_", ""), "base64");
	return `v1,${createHmac("sha256", key).update(text).digest("base64")}`;
}

const section = (page: Page) => page.locator("section[aria-labelledby=webhooks-title]");
const types = (received: readonly Received[]) => received.map(({ body }) => JSON.parse(body).type);

async function make(page: Page, url: string, name: string): Promise<string> {
	await section(page).getByRole("button", { name: "New webhook" }).click();
	const dialog = page.getByRole("dialog");
	await dialog.getByLabel("Address").fill(url);
	await dialog.getByLabel("Name").fill(name);
	await dialog.getByRole("button", { name: "Create it" }).click();
	const secret = await dialog.getByLabel("Secret").inputValue();
	await dialog.getByRole("button", { name: "Done" }).click();
	return secret;
}
const details = async (page: Page, name: string) => {
	await section(page)
		.getByRole("button", { name: `Details of ${name}` })
		.click();
	return page.getByRole("dialog");
};
const settingsOf = (project: Project) => `/p/${project.key}/settings`;

test("a webhook is made with a secret that is shown once, tried, and tells what happens", async ({ world }) => {
	const { people } = await world.another({ outgoing: "127.0.0.0/8" });
	const project = await makeProject(people);
	const program = await receiver();
	try {
		const page = await world.open(people.alice, settingsOf(project));
		await expect(section(page).getByText("No webhooks")).toBeVisible();
		const secret = await make(page, program.url, "Deploy robot");
		expect(secret).toMatch(/^whsec_/);
		await expect(section(page).getByRole("listitem")).toContainText("Everything · Sends");
		const dialog = await details(page, "Deploy robot");
		await expect(dialog.getByText("Nothing was sent yet.")).toBeVisible();
		await dialog.getByRole("button", { name: "Send a test" }).click();
		await expect(dialog.getByText("The test has arrived.")).toBeVisible();
		await expect(dialog.getByRole("listitem")).toContainText(["Test"]);
		const [ping] = program.received;
		if (!ping) throw new Error("nothing came");
		expect(String(ping.headers["webhook-signature"]).split(" ")).toContain(signatureOf(ping, secret));
		await expect(page.getByText(secret)).toHaveCount(0);

		const task = await makeTask(people.alice, project, "Tell the robot");
		await expect.poll(() => types(program.received)).toEqual(["ping", "task.created"]);
		await dialog.getByRole("button", { name: "Look again" }).click();
		const sent = dialog.getByRole("listitem").filter({ hasText: "task.created, event" });
		await expect(sent).toContainText("answered 204");
		await sent.getByRole("button", { name: /^Send again from event/ }).click();
		await expect.poll(() => types(program.received)).toEqual(["ping", "task.created", "task.created"]);
		const ids = program.received.slice(1).map(({ headers }) => headers["webhook-id"]);
		expect(ids[0]).toBe(ids[1]);
		expect(task.number).toBe(1);
	} finally {
		program.close();
	}
});

test("what fails is said with its reason; pausing, changing, exchanging the secret and deleting work", async ({
	world,
}) => {
	const { people } = await world.another({ outgoing: "127.0.0.0/8" });
	const project = await makeProject(people);
	const program = await receiver();
	try {
		program.state.status = 500;
		const page = await world.open(people.bob, settingsOf(project));
		const secret = await make(page, program.url, "Shaky");
		let dialog = await details(page, "Shaky");
		await dialog.getByRole("button", { name: "Send a test" }).click();
		await expect(dialog.getByText(/^The test did not arrive: /)).toBeVisible();
		await expect(dialog.getByRole("listitem")).toContainText("closed for <b>lunch</b>");
		program.state.status = 204;
		await dialog.getByRole("button", { name: "Pause" }).click();
		await expect(dialog.getByText("Paused")).toBeVisible();
		await makeTask(people.alice, project, "While it pauses");
		await dialog.getByRole("button", { name: "Resume" }).click();
		await expect.poll(() => types(program.received)).toContain("task.created");

		await dialog.getByRole("button", { name: "New secret…" }).click();
		await page.getByRole("button", { name: "Make a new secret" }).click();
		const fresh = await page.getByRole("textbox", { name: "Secret" }).inputValue();
		expect(fresh).not.toBe(secret);
		await page.getByRole("button", { name: "Done" }).click();
		await expect(dialog.getByText("The secret before works until")).toBeVisible();

		await dialog.getByRole("button", { name: "Edit" }).click();
		dialog = page.getByRole("dialog");
		await choose(dialog.getByLabel("Written for"), "Slack");
		await dialog.getByText("Only some").click();
		await expect(dialog.getByRole("button", { name: "Save" })).toBeDisabled();
		await dialog.getByLabel("Comments").check();
		await dialog.getByRole("button", { name: "Save" }).click();
		await expect(dialog.getByText("Slack · Comments")).toBeVisible();
		await makeTask(people.alice, project, "Not for Slack");
		const { length } = program.received;
		const [task] = (await people.alice.api.get<{ tasks: { id: string }[] }>(`/projects/${project.id}/board`)).tasks;
		await people.alice.api.post(`/projects/${project.id}/tasks/${task?.id}/comments`, { body: "Hear, hear" });
		await expect.poll(() => program.received.length).toBe(length + 1);
		expect(JSON.parse(program.received.at(-1)?.body ?? "").text).toContain("Alice");

		await dialog.getByRole("button", { name: "Delete…" }).click();
		await page.getByRole("button", { name: "Delete the webhook" }).click();
		await expect(section(page).getByText("No webhooks")).toBeVisible();
	} finally {
		program.close();
	}
});

test("an address that the server does not send to is refused at its field; editors see no webhooks", async ({
	world,
	people,
}) => {
	world.expectTrouble(/status of 422/);
	const project = await makeProject(people, { charlie: "editor" });
	const page = await world.open(people.alice, settingsOf(project));
	await section(page).getByRole("button", { name: "New webhook" }).click();
	const dialog = page.getByRole("dialog");
	await dialog.getByRole("button", { name: "Create it" }).click();
	await expect(dialog.locator(".field-error")).toHaveCount(1);
	await dialog.getByLabel("Address").fill("http://127.0.0.1/inside");
	await dialog.getByRole("button", { name: "Create it" }).click();
	await expect(dialog.locator(".field-error, .form-error").first()).toBeVisible();
	const theirs = await world.open(people.charlie, settingsOf(project));
	await expect(theirs.getByRole("heading", { name: "Copies" })).toBeVisible();
	await expect(section(theirs)).toHaveCount(0);
});

test("axe finds nothing", async ({ world }) => {
	const { people } = await world.another({ outgoing: "127.0.0.0/8" });
	const project = await makeProject(people);
	const program = await receiver();
	try {
		program.state.status = 500;
		const page = await world.open(people.alice, settingsOf(project));
		await make(page, program.url, "Looked at closely");
		await axeFindsNothing(page);
		await section(page).getByRole("button", { name: "New webhook" }).click();
		await page.getByRole("dialog").getByText("Only some").click();
		await axeFindsNothing(page);
		await page.keyboard.press("Escape");
		await page.reload();
		const dialog = await details(page, "Looked at closely");
		await dialog.getByRole("button", { name: "Send a test" }).click();
		await expect(dialog.getByText(/did not arrive/)).toBeVisible();
		await axeFindsNothing(page);
	} finally {
		program.close();
	}
});
