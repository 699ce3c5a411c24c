import type { Snapshot } from "boardcast";
import { event, snapshot, task } from "boardcast/testing";
import { expect, test } from "vitest";
import { ProjectStore } from "./project";

const settled = () => new Promise((resolve) => setTimeout(resolve));

function store(read: () => Promise<Snapshot>) {
	const failures: string[] = [];
	const made = new ProjectStore(
		"p",
		{ snapshot: read, page: () => Promise.reject(new Error("not asked for")) },
		(operation) => failures.push(operation.failure()),
	);
	return { made, failures };
}

test("after leaving nothing of the project is there", async () => {
	const { made } = store(async () => snapshot(1, [task("t1"), task("t2")]));
	await made.load();
	expect(made.tables.tasks.size).toBe(2);
	made.leave();
	expect(made.status.value).toBe("gone");
	expect(made.tables.tasks.peekAll()).toEqual([]);
	expect(made.tables.columns.peekAll()).toEqual([]);
	expect(made.tasksByColumn.of("c1")).toEqual([]);
});

test("what arrives late does not bring it back", async () => {
	let answer: (snapshot: Snapshot) => void = () => {};
	let asked = 0;
	const { made } = store(() => {
		asked += 1;
		return asked === 1 ? Promise.resolve(snapshot(1, [task("t1")])) : new Promise((done) => (answer = done));
	});
	await made.load();
	const late = made.load();
	made.leave();
	answer(snapshot(5, [task("t1")]));
	await late;
	made.receive(event(2, { id: "t1", title: "Secret" }));
	await settled();
	expect(made.status.value).toBe("gone");
	expect(made.tables.tasks.peekAll()).toEqual([]);
	expect(made.view.all("tasks")).toEqual([]);
});

test("edits under way end without a word", async () => {
	const { made, failures } = store(async () => snapshot(1, [task("t1")]));
	await made.load();
	let refuse: (reason: unknown) => void = () => {};
	made.edit({
		effect: () => ({ changes: { tasks: [{ id: "t1", title: "New" }] } }),
		send: () => new Promise((_, reject) => (refuse = reject)),
		failure: () => "Could not rename",
	});
	await settled();
	made.leave();
	refuse(new Error("404"));
	await settled();
	expect(made.tables.tasks.peekAll()).toEqual([]);
	expect(failures).toEqual([]);
});
