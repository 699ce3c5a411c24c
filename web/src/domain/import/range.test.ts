import { expect, test } from "vitest";
import { rangeOf } from "./range";

const minute = 60_000;
const instant = (minutes: number) => new Date(Date.UTC(2026, 4, 1) + minutes * minute).toISOString();

/** A project with an event a minute; counts what is asked of it. */
function log(head: number) {
	const asked: number[] = [];
	const at = async (seq: number) => {
		asked.push(seq);
		return seq <= head ? instant(seq) : undefined;
	};
	return { asked, at, head };
}

test("the events of an import are found by their instants, with few requests", async () => {
	const { at, asked, head } = log(100_000);
	const made = { created_at: instant(5000), ended_at: instant(5002) };
	expect(await rangeOf(made, head, at)).toEqual({ from_seq: 5000, to_seq: 5002 });
	expect(asked.length).toBeLessThan(40);
	expect(asked.every((seq) => seq >= 1 && seq <= head)).toBe(true);
});

test("an import at either end of the log is found too", async () => {
	const { at, head } = log(3);
	expect(await rangeOf({ created_at: instant(0), ended_at: instant(1) }, head, at)).toEqual({
		from_seq: 1,
		to_seq: 1,
	});
	expect(await rangeOf({ created_at: instant(3), ended_at: instant(9) }, head, at)).toEqual({
		from_seq: 3,
		to_seq: 3,
	});
	expect(await rangeOf({ created_at: instant(2), ended_at: null }, head, at)).toEqual({
		from_seq: 2,
		to_seq: 3,
	});
});
