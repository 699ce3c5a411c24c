import { describe, expect, it } from "vitest";
import { readSnapshot, Slices } from "./snapshot.ts";
import { snapshot, task } from "./testing/samples.ts";

const tricky = [
	'a "quoted" ],[ title',
	"back\\slash\\",
	'ends with \\"',
	"}]",
	"],",
	'{"id":"no"}',
	"ü – 漢字",
	"",
];
const whole = snapshot(
	7,
	Array.from({ length: 50 }, (_, number) =>
		task(`t${number}`, { number, title: tricky[number % tricky.length] ?? "", label_ids: ["l1", "l2"] }),
	),
);

/** The text in parts of `length` characters, cut into slices of 1000. */
function inParts(text: string, length: number): unknown {
	const slices = new Slices(1000);
	for (let at = 0; at < text.length; at += length) {
		for (const _ of slices.push(text.slice(at, at + length)));
	}
	return slices.end();
}

describe("a snapshot read in slices", () => {
	it.each([1, 2, 7, 100, 3000, 1_000_000])("is the whole one, in parts of %i characters", (length) => {
		expect(inParts(JSON.stringify(whole), length)).toEqual(whole);
	});

	it("keeps what is no list, nested lists, empty lists and white space", () => {
		const nested = [[1, 2], [], { f: [3] }];
		const object = { a: { b: [1, [2]], c: [] }, d: [], e: nested, g: null, h: [1, "x", null] };
		expect(inParts(JSON.stringify(object, null, 2), 3)).toEqual(object);
	});

	it("is refused when its end is missing", () => {
		const text = JSON.stringify(whole);
		for (const end of [text.length - 1, text.length - 20, 4000]) {
			expect(() => inParts(text.slice(0, end), 100)).toThrow(SyntaxError);
		}
	});

	it("gives way to other tasks between the slices", async () => {
		let ticks = 0;
		let isRead = false;
		const tick = () => {
			ticks += 1;
			if (!isRead) setImmediate(tick);
		};
		setImmediate(tick);
		const long = { ...whole, tasks: Array.from({ length: 200 }, () => whole.tasks).flat() };
		expect(await readSnapshot(new Response(JSON.stringify(long)))).toEqual(long);
		isRead = true;
		expect(ticks).toBeGreaterThan(2);
	});
});
