// A proxy that keeps the stream's bytes to itself: the page says so, and asks instead.
import { createServer, type Server as Listener, request } from "node:http";
import type { AddressInfo } from "node:net";
import { makeProject, makeTask } from "./support/projects";
import type { Server } from "./support/server";
import { expect, test } from "./support/test";

/** Passes everything on, but of an event stream only the headers. */
async function hoarder(server: Server): Promise<Listener> {
	const proxy = createServer((asked, answer) => {
		const { method, headers, url: path } = asked;
		const to = request({ host: "127.0.0.1", port: server.port, path, method, headers }, (from) => {
			answer.writeHead(from.statusCode ?? 502, from.headers);
			answer.flushHeaders();
			if (from.headers["content-type"]?.startsWith("text/event-stream")) from.resume();
			else from.pipe(answer);
		});
		to.on("error", () => answer.destroy());
		answer.on("close", () => to.destroy());
		asked.pipe(to);
	});
	await new Promise<void>((ready) => proxy.listen(0, "127.0.0.1", ready));
	return proxy;
}

test("behind it changes, notifications and removal still arrive, a few seconds late", async ({
	world,
	people,
}) => {
	world.expectTrouble(/./);
	const { alice, charlie } = people;
	const project = await makeProject(people, { name: "Behind the wall" });
	const proxy = await hoarder(world.server);
	try {
		const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
		// The cookie was set for the server itself; cookies do not know of ports.
		const page = await world.open(charlie, `${url}/p/${project.key}/board`);
		await expect(page.locator(".pill")).toHaveAttribute("data-state", "held_back", { timeout: 15_000 });
		await expect(page.locator(".pill")).toContainText("Held back by a proxy");
		const snapshots: string[] = [];
		page.on("request", (asked) => asked.url().endsWith("/board") && snapshots.push(asked.url()));
		const task = await makeTask(alice, project, "Pass a note", { assignee_ids: [charlie.id] });
		await expect(page.locator(".card").filter({ hasText: "Pass a note" })).toBeVisible();
		const told = `Alice assigned ${project.key}-${task.number} to you`;
		await expect(page.locator(".toast").filter({ hasText: told })).toBeVisible();
		// Only what was missing was asked for.
		expect(snapshots).toEqual([]);
		await alice.api.delete(`/projects/${project.id}/members/${charlie.id}`);
		await expect(page.locator(".lost-projects")).toContainText("Behind the wall");
		await expect(page).toHaveURL(`${url}/`);
	} finally {
		proxy.closeAllConnections();
		proxy.close();
	}
});
