import { column, snapshot, task } from "boardcast/testing";
import { expect, it } from "vitest";
import { ProjectStore } from "../../live/store/project";
import { emptied, understand } from "./paste";

async function start() {
	const page = () => Promise.reject(new Error("not asked for"));
	const member = (id: string, name: string) => ({
		id,
		name,
		role: "editor" as const,
		disabled: id === "gone",
		version: 1,
	});
	const first = {
		...snapshot(1, [task("t", { number: 7 })]),
		columns: [
			{ ...column("c1"), name: "To do" },
			{ ...column("c2"), name: "Done" },
			{ ...column("c3"), name: "done" },
		],
		members: [member("a", "Alice"), member("bc", "Bob, Charlie"), member("gone", "Zoe")],
		labels: [{ id: "l", name: "Bug", colour: "#c4413a", version: 1 }],
	};
	const store = new ProjectStore("p", { snapshot: async () => first, page }, () => {});
	await store.load();
	const row = store.tables.tasks.peek("t") ?? expect.unreachable();
	return {
		store,
		row,
		read: (at: Parameters<typeof understand>[2], text: string) => understand(store, row, at, text),
	};
}

it("understands names, days and numbers as people write them", async () => {
	const { read } = await start();
	expect(read("title", " A  new\ntitle ")).toEqual({ fields: { title: "A new title" } });
	expect(read("column", "to DO")).toEqual({ column_id: "c1" });
	expect(read("priority", "High")).toEqual({ fields: { priority: "high" } });
	expect(read("priority", "")).toEqual({ fields: { priority: "none" } });
	expect(read("labels", "bug")).toEqual({ label_ids: ["l"] });
	expect(read("labels", "")).toEqual({ label_ids: [] });
	expect(read("estimate", "1,5")).toEqual({ fields: { estimate: 1.5 } });
	expect(read("estimate", "")).toEqual({ fields: { estimate: null } });
	expect(read("due_on", "2026-12-04")).toEqual({ dates: { due_on: "2026-12-04" } });
	expect(read("start_on", "")).toEqual({ dates: { start_on: null } });
});

it("finds people whose names have commas", async () => {
	const { read } = await start();
	expect(read("assignees", "alice, Bob, Charlie")).toEqual({ assignee_ids: ["a", "bc"] });
});

it("says why it does not understand", async () => {
	const { read } = await start();
	expect(read("title", " ")).toEqual({ refused: "WEB-7, Title: a title needs a text." });
	expect(read("column", "Done")).toEqual({ refused: "WEB-7, Column: “Done” may be more than one." });
	expect(read("priority", "very")).toEqual({ refused: "WEB-7, Priority: there is no “very”." });
	expect(read("assignees", "Alice, Nobody")).toEqual({ refused: "WEB-7, Assignees: there is no “Nobody”." });
	expect(read("assignees", "Zoe")).toEqual({ refused: "WEB-7, Assignees: there is no “Zoe”." });
	expect(read("due_on", "some day")).toEqual({ refused: "WEB-7, Due: “some day” is no day." });
	expect(read("estimate", "-1")).toHaveProperty("refused");
	expect(read("estimate", "1e9")).toHaveProperty("refused");
	expect(read("number", "WEB-8")).toEqual({ refused: "WEB-7, Number cannot be changed." });
});

it("empties what may be empty", async () => {
	const { store, row } = await start();
	expect(emptied(store, row, "due_on")).toEqual({ dates: { due_on: null } });
	expect(emptied(store, row, "labels")).toEqual({ label_ids: [] });
	expect(emptied(store, row, "title")).toBeUndefined();
	expect(emptied(store, row, "column")).toBeUndefined();
	expect(emptied(store, row, "number")).toBeUndefined();
});
