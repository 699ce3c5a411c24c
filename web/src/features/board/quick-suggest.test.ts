import { describe, expect, it } from "vitest";
import { inserted, suggestionsFor, type Token, tokenAt } from "./quick-suggest";

const people = [
	{ id: "a", name: "Alice" },
	{ id: "b", name: "Bob" },
	{ id: "m", name: "Bob Miller" },
];
const labels = [{ id: "l", name: "Design work" }];
const words = {
	priority: (priority: string) => priority,
	create: (name: string) => `Create ${name}`,
	days: [
		["today", "Today", "2026-11-29"],
		["tomorrow", "Tomorrow", "2026-11-30"],
	] as const,
};
function ask(text: string, mayCreate = true) {
	const token = tokenAt(text, text.length) as Token;
	const { all, first } = suggestionsFor(token, { people, labels, today: "2026-11-29", mayCreate }, words);
	return { labels: all.map(({ label }) => label), first };
}

describe("the word at the caret", () => {
	it("begins with a sign and ends at the caret", () => {
		expect(tokenAt("Ask @bo", 7)).toEqual({ sign: "@", query: "bo", start: 4, end: 7 });
		expect(tokenAt("Ask @bo now", 7)).toEqual({ sign: "@", query: "bo", start: 4, end: 7 });
		expect(tokenAt("Ask @bo", 6)).toBeUndefined();
		expect(tokenAt("Ask @bo ", 8)).toBeUndefined();
		expect(tokenAt("a@bo", 4)).toBeUndefined();
		expect(tokenAt("", 0)).toBeUndefined();
	});
});

describe("suggestions", () => {
	it("are all that fit, and Enter takes the first", () => {
		expect(ask("@")).toEqual({ labels: ["Alice", "Bob", "Bob Miller"], first: 0 });
		expect(ask("@mil")).toEqual({ labels: ["Bob Miller"], first: 0 });
		expect(ask("!u")).toEqual({ labels: ["urgent"], first: 0 });
		expect(ask(">to")).toEqual({ labels: ["Today", "Tomorrow"], first: 0 });
	});

	it("leave Enter alone where the word names one already", () => {
		expect(ask("@alice")).toEqual({ labels: [], first: -1 });
		expect(ask("@bob")).toEqual({ labels: ["Bob", "Bob Miller"], first: -1 });
		expect(ask("!high").labels).toEqual([]);
		expect(ask(">today").labels).toEqual([]);
	});

	it("offer a label that is not there, to those who may create one", () => {
		expect(ask("#big-plan")).toEqual({ labels: ["Create big plan"], first: -1 });
		expect(ask("#big-plan", false).labels).toEqual([]);
		expect(ask("#des")).toEqual({ labels: ["Design work", "Create des"], first: 0 });
	});

	it("take the place of the word, with one blank behind", () => {
		const put = (text: string, caret: number) => {
			const token = tokenAt(text, caret) as Token;
			return inserted(text, token, { kind: "label", id: "l", insert: "#Design-work", label: "" });
		};
		expect(put("Logo #de", 8)).toEqual({ text: "Logo #Design-work ", caret: 18 });
		expect(put("Logo #de soon", 8)).toEqual({ text: "Logo #Design-work soon", caret: 18 });
	});
});
