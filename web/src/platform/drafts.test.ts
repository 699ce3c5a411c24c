import { describe, expect, it } from "vitest";
import { draftState } from "./drafts";

const draft = (text: string, base: string) => ({ text, base, version: 1 });

describe("a draft that was left behind", () => {
	it("is resumed while the field still says what it said", () => {
		expect(draftState(draft("mine", "old"), "old")).toBe("resume");
	});

	it("is shown beside the new text when somebody changed the field", () => {
		expect(draftState(draft("mine", "old"), "theirs")).toBe("conflict");
	});

	it("is nothing when it says nothing new", () => {
		expect(draftState(draft("same", "old"), "same")).toBe("none");
		expect(draftState(draft("old", "old"), "theirs")).toBe("none");
		expect(draftState(null, "old")).toBe("none");
	});
});
