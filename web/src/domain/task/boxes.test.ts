import { expect, test } from "vitest";
import { withBox } from "./boxes";

const one = '<li><input type="checkbox" disabled="" data-box="1"> a</li>';
const two = '<li><input type="checkbox" disabled="" data-box="12" checked=""> b</li>';

test("only the box that was pressed is ticked", () => {
	expect(withBox(one + two, "1", true)).toBe(
		`<li><input type="checkbox" disabled="" data-box="1" checked=""> a</li>${two}`,
	);
});
test("ticking twice is ticking once, and a tick is taken away", () => {
	expect(withBox(one + two, "12", true)).toBe(one + two);
	expect(withBox(one + two, "12", false)).toBe(
		`${one}<li><input type="checkbox" disabled="" data-box="12"> b</li>`,
	);
});
