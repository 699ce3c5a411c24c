import type { Member, ProjectEvent } from "boardcast";
import { event, snapshot } from "boardcast/testing";
import { beforeEach, expect, it } from "vitest";
import { ProjectStore } from "../live/store/project";
import { toasts } from "../platform/toasts";
import { tellMembership } from "./membership-news";

const alice: Member = { id: "alice", name: "Alice", role: "editor", disabled: false, version: 1 };

async function start() {
	const page = async () => ({ items: [], next_cursor: null, head: 10, epoch: "e1" });
	const first = { ...snapshot(10, []), members: [alice] };
	const store = new ProjectStore("p", { snapshot: async () => first, page }, () => {});
	await store.load();
	tellMembership(store, alice);
	return store;
}
const members = (seq: number, type: string, member: Partial<Member> & { id: string }, actor: string) =>
	({
		...event(seq, { id: "" }),
		type,
		actor: { id: actor, name: actor },
		changes: { members: [member] },
	}) as ProjectEvent;
const said = () => toasts.value.map(({ text }) => text);

beforeEach(() => {
	toasts.value = [];
});

it("a lowered role is said", async () => {
	const store = await start();
	store.receive(members(11, "member.changed", { id: "alice", role: "viewer", version: 11 }, "bob"));
	expect(said()).toEqual(["bob made you viewer in this project."]);
	expect(toasts.value[0]?.detail).toBe("What you may do now: read only.");
});

it("somebody who joins is said, and one whom the user has added is not", async () => {
	const store = await start();
	store.receive(members(11, "member.added", { id: "bob", name: "Bob", role: "editor", version: 11 }, "bob"));
	store.receive(
		members(12, "member.added", { id: "charlie", name: "Charlie", role: "editor", version: 12 }, "alice"),
	);
	expect(said()).toEqual(["Bob joined"]);
});
