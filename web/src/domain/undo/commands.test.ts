import { type ChecklistItem, Problem, type ProjectEvent, type Task } from "boardcast";
import { snapshot, task } from "boardcast/testing";
import { beforeEach, expect, it, vi } from "vitest";
import { ProjectStore } from "../../live/store/project";
import { toasts, undoLast } from "../../platform/toasts";
import { forgetUndone, redoLast } from "../../platform/undone";
import { changeTasks } from "../selection/commands";
import { deleteTask } from "../task/commands";

interface Sent {
	path: string;
	key: string;
	seq: number | undefined;
	body: Record<string, unknown> | undefined;
	answer: (data?: unknown) => void;
	refuse: (problem: Problem) => void;
}
const sent: Sent[] = [];
vi.mock("../../platform/api", () => {
	type Call = {
		params: { path: { seq?: number } };
		body?: Record<string, unknown>;
		headers: Record<string, string>;
	};
	const send = (path: string, { params, body, headers }: Call) =>
		new Promise((resolve, refuse) => {
			const answer = (data?: unknown) => resolve({ data });
			const key = headers["Idempotency-Key"] ?? "";
			sent.push({ path, key, seq: params.path.seq, body, answer, refuse });
		});
	return { body: (call: Promise<unknown>) => call, api: { POST: send, DELETE: send } };
});

const settle = () => new Promise((resolve) => setTimeout(resolve));
const undoOf = "/projects/{project}/events/{seq}/undo";
const item: ChecklistItem = { id: "i", task_id: "a", text: "Soap", done: false, position: "a0", version: 3 };
const link = { id: "d", task_id: "a", depends_on_id: "b", lag_days: 0, version: 2 };

async function start() {
	const first = {
		...snapshot(10, [task("a", { number: 1 }), task("b", { number: 2 })]),
		checklist_items: [item],
		dependencies: [link],
	};
	const page = async () => ({ items: [], next_cursor: null, head: 10, epoch: "e1" });
	const failed = vi.fn();
	const store = new ProjectStore("p", { snapshot: async () => first, page }, failed);
	await store.load();
	const { tables } = store;
	const tell = (seq: number, type: string, cause: string, change: object) => {
		const event = { project: "p", seq, type, at: "2026-11-20T10:00:00.000Z", actor: null, cause, ...change };
		store.receive(event as ProjectEvent);
	};
	const board = () =>
		[tables.tasks, tables.checklist_items, tables.dependencies].flatMap(({ ids }) => ids.peek()).sort();
	const gone = { removed: { tasks: ["a"], checklist_items: ["i"], dependencies: ["d"] } };
	/** Deletes the first task, as far as its event. */
	const deleted = async () => {
		deleteTask(store, tables.tasks.peek("a") as Task);
		await settle();
		tell(11, "task.deleted", sent[0]?.key ?? "", gone);
		sent[0]?.answer();
		await settle();
	};
	const back = (seq: number) => ({
		changes: {
			tasks: [task("a", { number: 1, version: seq })],
			checklist_items: [{ ...item, version: seq }],
			dependencies: [{ ...link, version: seq }],
		},
	});
	const texts = () => toasts.value.map(({ text }) => text);
	return { store, tables, tell, board, deleted, gone, back, texts, failed };
}

beforeEach(() => {
	sent.length = 0;
	toasts.value = [];
	forgetUndone();
});

it("brings a deleted task back by its event, with what hung on it, and shows that at once", async () => {
	const { store, tell, board, deleted, back, texts } = await start();
	await deleted();
	expect([board(), texts()]).toEqual([["b"], ["WEB-1 is in the trash"]]);
	expect(undoLast()).toBe(true);
	expect([board(), texts()]).toEqual([["a", "b", "d", "i"], ["WEB-1 is back"]]);
	await settle();
	expect(sent.slice(1).map(({ path, seq }) => [path, seq])).toEqual([[undoOf, 11]]);
	tell(12, "task.undone", "undo:11", back(12));
	expect(store.isOwn("undo:11")).toBe(true);
	expect(store.tables.tasks.pending("a")).toBe(false);
	sent[1]?.answer({ seq: 12 });
	await settle();
	expect(board()).toEqual(["a", "b", "d", "i"]);
});

it("deletes it again by undoing the undo, and so on", async () => {
	const { tell, board, deleted, gone, back, texts } = await start();
	await deleted();
	expect(redoLast()).toBe(false);
	undoLast();
	await settle();
	tell(12, "task.undone", "undo:11", back(12));
	sent[1]?.answer({ seq: 12 });
	expect(undoLast()).toBe(false);
	expect(redoLast()).toBe(true);
	expect([board(), texts()]).toEqual([["b", "d", "i"], ["WEB-1 is in the trash"]]);
	await settle();
	expect([sent[2]?.path, sent[2]?.seq]).toEqual([undoOf, 12]);
	tell(13, "task.undone", "undo:12", gone);
	sent[2]?.answer({ seq: 13 });
	await settle();
	expect(board()).toEqual(["b"]);
	undoLast();
	await settle();
	expect(sent[3]?.seq).toBe(13);
});

it("finds the deletion by its cause when its event has not come yet", async () => {
	const { store, tables, board } = await start();
	deleteTask(store, tables.tasks.peek("a") as Task);
	undoLast();
	expect(board()).toEqual(["a", "b", "d", "i"]);
	await settle();
	expect(sent.map(({ path }) => path)).toEqual(["/projects/{project}/tasks/{task}"]);
	sent[0]?.answer();
	await settle();
	expect(sent[1]?.path).toBe("/projects/{project}/undo");
	expect(sent[1]?.body).toMatchObject({ from_seq: 11, cause_prefix: sent[0]?.key });
});

it("says nothing more when the deletion itself was refused", async () => {
	const { store, tables, board, failed, texts } = await start();
	deleteTask(store, tables.tasks.peek("a") as Task);
	undoLast();
	await settle();
	sent[0]?.refuse(new Problem(403, { code: "forbidden" }));
	await settle();
	sent[1]?.refuse(new Problem(404, { code: "not_found" }));
	await settle();
	expect(failed).toHaveBeenCalledOnce();
	expect([board(), texts()]).toEqual([["a", "b", "d", "i"], []]);
});

it("says in words what others changed since, and undoes nothing", async () => {
	const { tell, board, deleted, back } = await start();
	await deleted();
	undoLast();
	await settle();
	tell(12, "task.undone", "undo:11", back(12));
	sent[1]?.answer({ seq: 12 });
	redoLast();
	await settle();
	const touched = [
		{ kind: "tasks", id: "a", fields: ["title", "due_on"] },
		{ kind: "checklist_items", id: "i", fields: ["text"] },
	];
	sent[2]?.refuse(new Problem(409, { code: "undo_conflict", touched }));
	await settle();
	expect(board()).toEqual(["a", "b", "d", "i"]);
	expect(toasts.value.map(({ text, detail, tone }) => [text, detail, tone])).toEqual([
		[
			"Could not delete WEB-1.",
			"Changed since, so everything stays as it is: WEB-1 (title and due date) and the checklist (text). Nothing was undone.",
			"danger",
		],
	]);
});

it("brings all tasks of a change back that deleted them", async () => {
	const { store, tables, tell, board, texts } = await start();
	changeTasks(store, tables.tasks.peekAll(), { delete: true });
	await settle();
	const removed = { tasks: ["a", "b"], checklist_items: ["i"], dependencies: ["d"] };
	tell(11, "task.deleted", sent[0]?.key ?? "", { removed });
	sent[0]?.answer({ items: [] });
	await settle();
	expect([board(), texts()]).toEqual([[], ["2 tasks are in the trash"]]);
	undoLast();
	expect([board(), texts()]).toEqual([["a", "b", "d", "i"], ["2 tasks are back"]]);
	await settle();
	expect(sent[1]?.seq).toBe(11);
});
