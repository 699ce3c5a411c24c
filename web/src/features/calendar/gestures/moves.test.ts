import { expect, it } from "vitest";
import { dragged } from "./moves";

it("a whole bar keeps its length", () => {
	expect(dragged({ start: 3, due: 5 }, "whole", -2)).toEqual({ start: 1, due: 3 });
});

it("an end that is dragged does not pass the other one", () => {
	expect(dragged({ start: 3, due: 5 }, "due", 2)).toEqual({ start: 3, due: 7 });
	expect(dragged({ start: 3, due: 5 }, "due", -9)).toEqual({ start: 3, due: 3 });
	expect(dragged({ start: 3, due: 5 }, "start", 9)).toEqual({ start: 5, due: 5 });
});
