// The package in Node.js, without a browser: against a server that is cut off, killed, and takes rights away.
import { createClient, Problem, type ProjectEvent } from "../../web/sdk/index.ts";
import { makeProject, makeTask, titles } from "./support/projects";
import { expect, test } from "./support/test";

const tokenOf = async (
	api: { post<T>(path: string, body: object): Promise<T> },
	scopes = ["read", "write"],
) => api.post<{ id: string; secret: string }>("/tokens", { name: "node", scopes });

test("a log is followed over cuts and the death of the server, each event once", async ({ world }) => {
	const { server, people } = await world.another();
	const { alice } = people;
	const relay = await world.relay(server);
	const project = await makeProject(people);
	const { secret } = await tokenOf(alice.api);
	const client = createClient({ url: relay.url, token: secret });
	const ended = new AbortController();
	const seen: ProjectEvent[] = [];
	let stored = "";
	const begun = new Promise<void>((done) => {
		const reading = (async () => {
			const begin = (cursor: string) => {
				stored = cursor;
				done();
			};
			for await (const { event, cursor } of client.follow(project.id, {
				signal: ended.signal,
				begun: begin,
			})) {
				seen.push(event);
				stored = cursor;
			}
		})();
		reading.catch(() => {});
	});
	await begun;
	const { seq: from } = await alice.api.get<{ seq: number }>(`/projects/${project.id}/board`);
	await makeTask(alice, project, "Before");
	await expect.poll(() => seen.length).toBe(1);

	relay.cut();
	await makeTask(alice, project, "While cut off");
	relay.mend();
	await expect.poll(() => seen.length).toBe(2);

	await server.kill();
	await server.restart();
	await makeTask(alice, project, "After its death");
	await expect.poll(() => seen.length, { timeout: 30_000 }).toBe(3);
	ended.abort();

	// Another program goes on from what was stored.
	await makeTask(alice, project, "While there was no reader");
	const again = createClient({ url: server.url, token: secret });
	for await (const { event } of again.follow(project.id, { cursor: stored })) {
		seen.push(event);
		break;
	}
	expect(seen.map(({ seq }) => seq)).toEqual([1, 2, 3, 4].map((step) => from + step));
	client.close();
	again.close();
});

test("a project stays current, takes edits, and says when it is taken away", async ({ world }) => {
	const { server, people } = await world.another();
	const { alice, bob } = people;
	const project = await makeProject(people);
	const task = await makeTask(alice, project, "Here before");
	const token = await tokenOf(bob.api);
	const client = createClient({ url: server.url, token: token.secret });
	const live = client.project(project.id);
	const stop = live.subscribe(() => {});
	await live.ready();
	expect(live.state.tasks.map(({ title }) => title)).toEqual(["Here before"]);

	await live.updateTask(task.id, { title: "Renamed" });
	await live.moveTask(task.id, { column_id: project.columns["Doing"] ?? "", after: null });
	expect(await titles(alice, project)).toEqual({ "To do": [], Doing: ["Renamed"], Done: [] });
	await expect.poll(() => live.state.unconfirmed).toBe(0);
	expect(live.state.tasks[0]).toMatchObject({ title: "Renamed", column_id: project.columns["Doing"] });

	// Alice's edit of the same field is seen by the version.
	await alice.api.patch(`/projects/${project.id}/tasks/${task.id}`, { title: "Of Alice" });
	const stale = live.updateTask(task.id, { title: "Of Bob" }, task.version);
	await expect(stale).rejects.toMatchObject({ status: 412, conflicts: ["title"] });
	await expect.poll(() => live.state.tasks[0]?.title).toBe("Of Alice");

	const close = live.open("comments", task.id);
	await alice.api.post(`/projects/${project.id}/tasks/${task.id}/comments`, { body: "Well done" });
	await expect.poll(() => live.state.comments.map(({ body }) => body)).toEqual(["Well done"]);
	close();
	expect(live.state.comments).toEqual([]);

	const file = await client.upload(project.id, task.id, "notes.txt", new TextEncoder().encode("Short.\n"));
	expect(file).toMatchObject({ name: "notes.txt", size: 7 });

	await alice.api.delete(`/projects/${project.id}/members/${bob.id}`);
	await expect.poll(() => live.state.status).toBe("gone");
	await expect(live.deleteTask(task.id)).rejects.toBeInstanceOf(Problem);

	await bob.api.delete(`/tokens/${token.id}`);
	await expect.poll(() => client.state.state).toBe("signed_out");
	stop();
	client.close();
});

test("a server that limits is not pressed, and all edits arrive", async ({ world }) => {
	test.slow();
	const { server, people } = await world.limited();
	const project = await makeProject(people);
	const { secret } = await tokenOf(people.alice.api);
	let refused = 0;
	const counted = async (address: string, init: RequestInit) => {
		const answer = await fetch(address, init);
		if (answer.status === 429) refused += 1;
		return answer;
	};
	const client = createClient({ url: server.url, token: secret, fetch: counted });
	const live = client.project(project.id);
	const stop = live.subscribe(() => {});
	await live.ready();
	const column_id = project.columns["To do"] ?? "";
	const wanted = Array.from({ length: 150 }, (_, at) => `Task ${at + 1}`);
	await Promise.all(wanted.map((title) => live.createTask({ title, column_id })));
	expect(refused).toBeGreaterThan(0);
	const made = (await titles(people.alice, project))["To do"] ?? [];
	expect([...made].sort()).toEqual([...wanted].sort());
	await expect.poll(() => live.state.tasks.length).toBe(wanted.length);
	stop();
	client.close();
});
