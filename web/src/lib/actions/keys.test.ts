import { expect, it } from "vitest";
import { match, nameOf } from "./keys";
import type { Action } from "./registry";

const plain = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };
const action = (id: string, shortcut: string, enabled = true): Action => ({
	id,
	shortcut,
	label: () => id,
	group: () => "",
	enabled: () => enabled,
	run: () => {},
});

it("names keys as shortcuts spell them", () => {
	expect(nameOf({ ...plain, key: "?", shiftKey: true })).toBe("?");
	expect(nameOf({ ...plain, key: "ArrowUp", shiftKey: true })).toBe("Shift+ArrowUp");
	expect(nameOf({ ...plain, key: "z", ctrlKey: true })).toBe("Ctrl+z");
	expect(nameOf({ ...plain, key: " " })).toBe("Space");
});

it("finds sequences, and the newest enabled action of a key", () => {
	const all = [action("go", "g b"), action("old", "c"), action("new", "c"), action("off", "c", false)];
	expect(match("g", undefined, all)).toBe("begins");
	expect(match("b", "g", all)).toBe(all[0]);
	expect(match("c", undefined, all)).toBe(all[2]);
	expect(match("b", undefined, all)).toBeUndefined();
});
