import { describe, expect, it } from "vitest";
import {
	type Edit,
	enter,
	indent,
	inFence,
	insertion,
	link,
	pasteAddress,
	type State,
	toggleMark,
	togglePrefix,
} from "./edit";

/** `one |two| three`: what lies between the bars is selected; one bar is the caret. */
function read(marked: string): State {
	const [before = "", chosen = "", after] = marked.split("|");
	if (after === undefined) return { text: before + chosen, start: before.length, end: before.length };
	return { text: before + chosen + after, start: before.length, end: before.length + chosen.length };
}
function write(state: State, edit: Edit | undefined): string | undefined {
	if (!edit) return undefined;
	const text = state.text.slice(0, edit.from) + edit.text + state.text.slice(edit.to);
	const [start, end] = edit.select;
	const bar = start === end ? "|" : `|${text.slice(start, end)}|`;
	return text.slice(0, start) + bar + text.slice(end);
}
const done = (marked: string, act: (state: State) => Edit | undefined) =>
	write(read(marked), act(read(marked)));

describe("marks", () => {
	it.each([
		["one |two| three", "one **|two|** three"],
		["one **|two|** three", "one |two| three"],
		["one |**two**| three", "one |two| three"],
		["one | two |three", "one  **|two|** three"],
		["one |", "one **|**"],
		["one **|**", "one |"],
	])("bold makes %j into %j", (before, after) => {
		expect(done(before, (state) => toggleMark(state, "**"))).toBe(after);
	});
	it("of several lines code becomes a block", () => {
		expect(done("see |a\nb| there", (state) => toggleMark(state, "`"))).toBe(
			"see \n```\n|a\nb|\n```\n there",
		);
		expect(done("|```\nb|", (state) => toggleMark(state, "`"))).toBe("````\n|```\nb|\n````");
	});
});

describe("links", () => {
	it.each([
		["see |this|", "see [this](|url|)"],
		["see |", "see [|](url)"],
		["|https://example.com|", "[|](https://example.com)"],
	])("%j becomes %j", (before, after) => {
		expect(done(before, link)).toBe(after);
	});
	it("a pasted address is that of the selected words", () => {
		const paste = (marked: string, text: string) => done(marked, (state) => pasteAddress(state, text));
		expect(paste("see |this|", " https://example.com/a ")).toBe("see [this](https://example.com/a)|");
		expect(paste("|this|", "https://example.com/a_(b)")).toBe("[this](<https://example.com/a_(b)>)|");
		expect(paste("see |this|", "no address")).toBeUndefined();
		expect(paste("see |this|", "javascript:alert(1)")).toBeUndefined();
		expect(paste("see |", "https://example.com")).toBeUndefined();
		expect(paste("|https://example.org|", "https://example.com")).toBeUndefined();
	});
});

describe("the beginning of lines", () => {
	it.each([
		["- " as const, "one|", "- one|"],
		["- " as const, "- one|", "one|"],
		["- " as const, "|", "- |"],
		["- " as const, "a\n|one\n\ntwo|", "a\n|- one\n\n- two|"],
		["- [ ] " as const, "- one|", "- [ ] one|"],
		["- " as const, "- [ ] one|", "- one|"],
		["> " as const, "|one\ntwo|", "|> one\n> two|"],
		["> " as const, "|one\n|two", "|> one|\ntwo"],
	])("%j makes %j into %j", (prefix, before, after) => {
		expect(done(before, (state) => togglePrefix(state, prefix))).toBe(after);
	});
});

describe("Enter", () => {
	it.each([
		["- one|", "- one\n- |"],
		["- one|two", "- one\n- |two"],
		["  * one|", "  * one\n  * |"],
		["9. one|", "9. one\n10. |"],
		["2) one|", "2) one\n3) |"],
		["- [x] one|", "- [x] one\n- [ ] |"],
		["> one|", "> one\n> |"],
	])("goes on behind %j", (before, after) => {
		expect(done(before, enter)).toBe(after);
	});
	it.each([
		["- one\n- |", "- one\n|"],
		["- [ ] |", "|"],
		["> one\n> |", "> one\n|"],
	])("ends %j", (before, after) => {
		expect(done(before, enter)).toBe(after);
	});
	it.each(["one|", "|- one", "-|one", "```\n- one|", "- |one|"])("means nothing else in %j", (text) => {
		expect(done(text, enter)).toBeUndefined();
	});
});

describe("Tab", () => {
	it.each([
		["- one\n- two|", "- one\n  - two|"],
		["1. one\n2. two|", "1. one\n   2. two|"],
		["- one\n|- two\n- three|", "- one\n|  - two\n  - three|"],
	])("indents %j", (before, after) => {
		const result = done(before, (state) => indent(state, 1));
		expect(result?.replaceAll("|", "")).toBe(after.replaceAll("|", ""));
	});
	it("and Shift+Tab take each other back, and leave the field where there is no list", () => {
		expect(done("- one\n  - two|", (state) => indent(state, -1))).toBe("- one\n- two|");
		expect(done("- one|", (state) => indent(state, -1))).toBeUndefined();
		expect(done("one|", (state) => indent(state, 1))).toBeUndefined();
		expect(done("```\n- one|", (state) => indent(state, 1))).toBeUndefined();
	});
});

it("code is code until its fence is closed by one as long", () => {
	expect(inFence("```\na", 5)).toBe(true);
	expect(inFence("````\n```\na", 10)).toBe(true);
	expect(inFence("```\na\n```\n", 10)).toBe(false);
});
it("what is inserted stands apart", () => {
	expect(done("one|", (state) => insertion(state, "![a](b)"))).toBe("one ![a](b)|");
	expect(done("|", (state) => insertion(state, "![a](b)"))).toBe("![a](b)|");
});
