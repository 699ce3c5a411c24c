import { expect, test } from "vitest";
import { quoted } from "./quote";

test("each line is quoted, and the answer begins behind an empty one", () => {
	expect(quoted("One\n\nTwo\n")).toBe("> One\n>\n> Two\n\n");
});
test("a long text is cut between words", () => {
	const quote = quoted("word ".repeat(300));
	expect(quote.length).toBeLessThan(620);
	expect(quote.endsWith("word …\n\n")).toBe(true);
});
