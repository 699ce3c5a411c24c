import { describe, expect, it } from "vitest";
import { pulled } from "./bars";
import { stepped } from "./keys";

const bar = { start: 10, due: 12 };

describe("a bar under the pointer", () => {
	it("moves as a whole by its middle", () => {
		expect(pulled(bar, undefined, -3)).toEqual({ start: 7, due: 9 });
	});

	it("never gets shorter than a day by its ends", () => {
		expect(pulled(bar, "end", -9)).toEqual({ start: 10, due: 10 });
		expect(pulled(bar, "start", 9)).toEqual({ start: 12, due: 12 });
	});
});

describe("a bar under the keys", () => {
	it("moves a day", () => {
		expect(stepped(bar, 1, "move")).toEqual({ start: 11, due: 13 });
		expect(stepped(bar, -1, "move")).toEqual({ start: 9, due: 11 });
	});

	it("is extended with shift, to the side of the arrow", () => {
		expect(stepped(bar, 1, "extend")).toEqual({ start: 10, due: 13 });
		expect(stepped(bar, -1, "extend")).toEqual({ start: 9, due: 12 });
	});

	it("is shrunk with control, and keeps one day", () => {
		expect(stepped(bar, -1, "shrink")).toEqual({ start: 10, due: 11 });
		expect(stepped(bar, 1, "shrink")).toEqual({ start: 11, due: 12 });
		expect(stepped({ start: 5, due: 5 }, -1, "shrink")).toBeUndefined();
	});
});
