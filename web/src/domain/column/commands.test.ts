import type { Column } from "boardcast";
import { column as sample, snapshot } from "boardcast/testing";
import { beforeEach, expect, it, vi } from "vitest";
import { ProjectStore } from "../../live/store/project";
import { toasts, undoLast } from "../../platform/toasts";
import { editColumn } from "./commands";

const sent: object[] = [];
vi.mock("../../platform/api", () => ({
	body: (call: Promise<unknown>) => call,
	api: {
		PATCH: async (_path: string, { body }: { body: object }) => {
			sent.push(body);
			return { ...sample("c1"), version: 2, ...body };
		},
	},
}));

async function edit(before: Partial<Column>, changes: Partial<Column>) {
	const page = () => Promise.reject(new Error("not asked for"));
	const store = new ProjectStore("p", { snapshot: async () => snapshot(1, []), page }, () => {});
	await store.load();
	await editColumn(store, { ...sample("c1"), ...before }, changes, 1);
	return toasts.value.map(({ text }) => text);
}

beforeEach(() => {
	sent.length = 0;
	toasts.value = [];
});

it.each([
	["active", "done", "The tasks in c1 are done now"],
	["backlog", "done", "The tasks in c1 are done now"],
	["done", "active", "c1 no longer makes tasks done; those in it stay done"],
	["done", "backlog", "c1 no longer makes tasks done; those in it stay done"],
] as const)(
	"a column that was %s and is %s says what that does, and is not undone",
	async (was, kind, text) => {
		expect(await edit({ kind: was }, { kind })).toEqual([text]);
		expect(undoLast()).toBe(false);
		expect(sent).toEqual([{ kind }]);
	},
);

it.each([
	["active", { kind: "backlog" }, "Changed the column c1", { kind: "active" }],
	["done", { wip_limit: 3 }, "Changed the column c1", { wip_limit: null }],
	["done", { name: "Shipped" }, "The column c1 is now Shipped", { name: "c1" }],
] as const)("what touches no completion is undone: %s, %o", async (kind, changes, text, back) => {
	// The answer has the kind of the column.
	expect(await edit({ kind }, { kind, ...changes })).toEqual([text]);
	expect(undoLast()).toBe(true);
	expect(sent).toEqual([
		{ kind, ...changes },
		{ kind, ...back },
	]);
});

it("is undone when only another person has changed the kind", async () => {
	// The answer is of kind `active`.
	expect(await edit({ kind: "done" }, { wip_limit: 3 })).toEqual(["Changed the column c1"]);
	undoLast();
	expect(sent).toEqual([{ wip_limit: 3 }, { wip_limit: null }]);
});
