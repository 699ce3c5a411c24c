import { expect, test } from "vitest";
import { placeholder, withoutLost } from "./placeholder";

test("a file that will not come leaves nothing behind in the text", () => {
	expect(withoutLost(`See\n${placeholder("a [1].png", "u-1")}\n`)).toBe("See");
	expect(withoutLost("See ![a](attachment:1) ")).toBe("See ![a](attachment:1) ");
});
