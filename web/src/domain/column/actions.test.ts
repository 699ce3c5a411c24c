import { snapshot } from "boardcast/testing";
import { expect, it } from "vitest";
import { ProjectStore } from "../../live/store/project";
import { inGroups, isEnabled } from "../../platform/actions";
import { columnActions } from "./actions";

async function start(id: string, manage = true) {
	const page = () => Promise.reject(new Error("not asked for"));
	const store = new ProjectStore("p", { snapshot: async () => snapshot(1, []), page }, () => {});
	await store.load();
	const opened: string[] = [];
	const actions = columnActions({
		store,
		manage: () => manage,
		current: () => store.tables.columns.peek(id),
		openDialog: (what, column) => opened.push(`${what} ${column.id}`),
	});
	const enabled = () => actions.filter(isEnabled).map((action) => action.id);
	return { actions, enabled, opened };
}

it("moves a column only where there is another one", async () => {
	expect((await start("c1")).enabled()).toEqual(["column.edit", "column.move_right", "column.delete"]);
	expect((await start("c2")).enabled()).toEqual(["column.edit", "column.move_left", "column.delete"]);
});

it("is for managers, and for a column that is there", async () => {
	expect((await start("c1", false)).enabled()).toEqual([]);
	expect((await start("gone")).enabled()).toEqual([]);
});

it("opens the dialogs of its column, from a menu in groups", async () => {
	const { actions, opened } = await start("c1");
	const menu = inGroups(actions, [["column.edit"], ["column.unknown"], ["column.delete"]]);
	expect(menu.map((group) => group.map(({ id }) => id))).toEqual([["column.edit"], ["column.delete"]]);
	for (const [action] of menu) action?.run();
	expect(opened).toEqual(["edit c1", "delete c1"]);
});
