import type { Member } from "boardcast";
import { task } from "boardcast/testing";
import { describe, expect, it } from "vitest";
import { suggestionsFor, type Token, tokenAt } from "./completion";

const at = (marked: string) => {
	const token = tokenAt(marked.replace("|", ""), marked.indexOf("|"));
	return token && `${token.sign}${token.query}`;
};

describe("the word at the caret", () => {
	it.each([
		["@|", "@"],
		["Hello @al|", "@al"],
		["(@Ömer|", "@Ömer"],
		["see #1|", "#1"],
		["see #Zelt| and", "#Zelt"],
		["good :ta|", ":ta"],
		["good :+1|", ":+1"],
		["- @a|", "@a"],
	])("of %j is %j", (text, word) => {
		expect(at(text)).toBe(word);
	});
	it.each(["alice@example|", "# Title|", "at 10:30|", "good :t|", "`@al|", "```\n@al|", "https://a.b/#x|"])(
		"of %j is none",
		(text) => {
			expect(at(text)).toBeUndefined();
		},
	);
	it("begins at its sign", () => {
		expect(tokenAt("Hi @bob you", 7)).toEqual({ sign: "@", query: "bob", start: 3, end: 7 });
	});
});

describe("suggestions", () => {
	const member = (id: string, name: string, disabled = false) =>
		({ id, name, role: "editor", disabled, version: 1 }) as Member;
	const known = {
		members: [
			member("b", "Bob"),
			member("a", "Alice [Ops]"),
			member("c", "Ann Bolt"),
			member("d", "Bo", true),
		],
		tasks: [
			task("t1", { number: 1, title: "Choose a name" }),
			task("t12", { number: 12, title: "Tent" }),
			task("t2", { number: 2, title: "Big tent" }),
			task("new", { number: 0, title: "Tent pegs" }),
		],
		nameOf: ({ number }: { number: number }) => `WEB-${number}`,
	};
	const found = (sign: Token["sign"], query: string) =>
		suggestionsFor({ sign, query, start: 0, end: 0 }, known);

	it("are the people who can read it, by the beginning of their names", () => {
		expect(found("@", "bo").map(({ label }) => label)).toEqual(["Bob", "Ann Bolt"]);
		expect(found("@", "ali")[0]?.insert).toBe("[@Alice \\[Ops\\]](mention:a) ");
	});
	it("are tasks by number or title, without those that have no number yet", () => {
		expect(found("#", "1").map(({ insert }) => insert)).toEqual(["#1 ", "#12 "]);
		expect(found("#", "tent").map(({ label }) => label)).toEqual(["WEB-12", "WEB-2"]);
	});
	it("are emoji by name, each once", () => {
		expect(found(":", "tad")[0]?.insert).toBe("🎉 ");
		const hearts = found(":", "heart").map(({ id }) => id);
		expect(new Set(hearts).size).toBe(hearts.length);
		expect(hearts).toContain("💚");
	});
});
