import type { FoundTask } from "boardcast";
import { expect, it } from "vitest";
import { type Found, foundFor } from "./find-everywhere";

const hit = (key: string, title: string) =>
	({ key, title, snippet: [{ text: title, hit: true }] }) as FoundTask;
const roof = hit("WEB-1", "Paint the roof");
const wall = hit("WEB-2", "Paint the wall");
const answered: Found = { items: [roof, wall], state: "done", text: "paint" };

it("an answer counts for the text that it answers", () => {
	expect(foundFor(answered, "paint")).toBe(answered);
});

it("an answer to an older text is still being searched, and only what fits of it stays", () => {
	expect(foundFor(answered, "paint wall")).toEqual({ items: [wall], state: "searching", text: "paint wall" });
	expect(foundFor({ ...answered, state: "local" }, "dig")).toEqual({
		items: [],
		state: "searching",
		text: "dig",
	});
});

it("nothing is found for no text", () => {
	expect(foundFor(answered, "")).toEqual({ items: [], state: "idle", text: "" });
});
