import type { Activity } from "boardcast";
import { expect, it } from "vitest";
import { byDay, grouped } from "./group";

const person = (name: string) => ({ id: name.toLowerCase(), name });
function at(seq: number, when: string, who: string | null): Activity {
	const actor = who === null ? null : person(who);
	const rest = {
		cause: null,
		type: "task.changed",
		kind: null,
		object_id: null,
		name: null,
		number: null,
		fields: [],
		others: 0,
	};
	return { seq, at: when, actor, ...rest };
}
const seqs = (groups: { items: Activity[] }[]) => groups.map(({ items }) => items.map(({ seq }) => seq));

it("puts neighbours of one person together that are some minutes apart at most", () => {
	const items = [
		at(6, "2026-11-30T12:30:00Z", "Alice"),
		at(5, "2026-11-30T12:21:00Z", "Alice"),
		at(4, "2026-11-30T12:12:00Z", "Alice"),
		at(3, "2026-11-30T12:01:59Z", "Alice"),
		at(2, "2026-11-30T12:01:00Z", "Bob"),
		at(1, "2026-11-30T12:00:00Z", "Alice"),
	];
	// Each is near to its neighbour, however far the first is from the last.
	expect(seqs(grouped(items))).toEqual([[6, 5, 4], [3], [2], [1]]);
});

it("takes what a rule did for no person's", () => {
	const items = [
		at(3, "2026-11-30T12:00:02Z", null),
		at(2, "2026-11-30T12:00:01Z", null),
		at(1, "2026-11-30T12:00:00Z", "Bob"),
	];
	expect(seqs(grouped(items))).toEqual([[3, 2], [1]]);
});

it("keeps what a program did in a person's name apart from what the person did", () => {
	const items = [
		at(3, "2026-11-30T12:00:02Z", "Alice"),
		at(2, "2026-11-30T12:00:01Z", "Alice"),
		at(1, "2026-11-30T12:00:00Z", "Alice"),
	];
	for (const item of items.slice(0, 2)) item.actor = { ...person("Alice"), via: "Helper" };
	expect(seqs(grouped(items))).toEqual([[3, 2], [1]]);
});

it("begins anew with each day", () => {
	const items = [
		at(3, "2026-11-30T00:01:00", "Alice"),
		at(2, "2026-11-29T23:59:00", "Alice"),
		at(1, "2026-11-29T23:58:00", "Alice"),
	];
	expect(byDay(items).map(({ day, groups }) => [day, seqs(groups)])).toEqual([
		["2026-11-30", [[3]]],
		["2026-11-29", [[2, 1]]],
	]);
});
