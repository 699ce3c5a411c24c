import type { Role } from "boardcast";
import { snapshot } from "boardcast/testing";
import { expect, test } from "vitest";
import { ProjectStore } from "../../live/store/project";
import { taskRights } from "../task/rights";
import { projectRights } from "./rights";

async function storeFor(role: Role, archived_at: string | null = null) {
	const first = snapshot(1, []);
	first.project = { ...first.project, archived_at };
	first.members = [{ id: "alice", name: "Alice", role, disabled: false, version: 1 }];
	const page = () => Promise.reject(new Error("not asked for"));
	const store = new ProjectStore("p", { snapshot: async () => first, page }, () => {});
	await store.load();
	return store;
}
const granted = (rights: object) =>
	Object.entries(rights)
		.filter(([, value]) => value === true)
		.map(([name]) => name);

test.each<[Role, string[]]>([
	["viewer", []],
	["commenter", ["talk"]],
	["editor", ["talk", "write"]],
	["manager", ["talk", "write", "manage", "administer"]],
	["owner", ["talk", "write", "manage", "administer", "own"]],
])("a %s may do what the role allows", async (role, rights) => {
	expect(granted(projectRights(await storeFor(role), { id: "alice" }))).toEqual(rights);
});

test("an archived project can only be administered", async () => {
	const store = await storeFor("owner", "2026-11-20T10:00:00.000Z");
	expect(granted(projectRights(store, { id: "alice" }))).toEqual(["administer", "own"]);
});

test("a user who is no member may do nothing", async () => {
	expect(granted(projectRights(await storeFor("owner"), { id: "bob" }))).toEqual([]);
});

test("an editor removes only own tasks, a manager all", async () => {
	const editor = taskRights(await storeFor("editor"), { id: "alice" });
	expect([editor.remove({ created_by: "alice" }), editor.remove({ created_by: "bob" })]).toEqual([
		true,
		false,
	]);
	const manager = taskRights(await storeFor("manager"), { id: "alice" });
	expect(manager.remove({ created_by: "bob" })).toBe(true);
});
