import { describe, expect, it } from "vitest";
import { linked, withNames } from "./links";

describe("addresses in text", () => {
	it("become links, without the sentence's punctuation", () => {
		expect(linked("See https://example.com/a?b=1, or (http://example.org).")).toEqual([
			{ text: "See " },
			{ text: "https://example.com/a?b=1", href: "https://example.com/a?b=1" },
			{ text: ", or (" },
			{ text: "http://example.org", href: "http://example.org" },
			{ text: ")." },
		]);
	});

	it("never run anything", () => {
		expect(linked("javascript:alert(1) data:text/html,x")).toEqual([
			{ text: "javascript:alert(1) data:text/html,x" },
		]);
	});

	it("keep every character", () => {
		const text = "a\nhttps://example.com\n\nhttps://[bad b";
		expect(
			linked(text)
				.map((piece) => piece.text)
				.join(""),
		).toBe(text);
	});
});

it("shows a person by name", () => {
	expect(withNames("Hi [@Alice \\[Ops\\]](mention:0192-a) and [x](y)")).toBe("Hi @Alice [Ops] and [x](y)");
});
