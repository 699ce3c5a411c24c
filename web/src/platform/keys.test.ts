import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type Action, register } from "./actions";
import { match, nameOf, startKeys } from "./keys";

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

it("leaves a key to the element that handles it itself", () => {
	const native = { ...action("open", "Enter"), native: true };
	expect(match("Enter", undefined, [native])).toBeUndefined();
});

it("reads the place of a key on a layout of another script", () => {
	expect(nameOf({ ...plain, key: "с", code: "KeyC" })).toBe("c");
	expect(nameOf({ ...plain, key: "л", code: "KeyK", ctrlKey: true })).toBe("Ctrl+k");
	expect(nameOf({ ...plain, key: "ψ", code: "KeyC" })).toBe("c");
	expect(nameOf({ ...plain, key: "ב", code: "KeyC" })).toBe("c");
	expect(nameOf({ ...plain, key: "ิ", code: "KeyB" })).toBe("b");
	expect(nameOf({ ...plain, key: "لا", code: "KeyB" })).toBe("b");
	// A Latin layout says itself what its keys are.
	expect(nameOf({ ...plain, key: "q", code: "KeyA" })).toBe("q");
	expect(nameOf({ ...plain, key: "?", code: "Digit7", shiftKey: true })).toBe("?");
});

it("reads keys that are a sign here and a letter there", () => {
	// Cyrillic and Arabic have letters on the brackets, Hebrew on comma and stop.
	expect(nameOf({ ...plain, key: "х", code: "BracketLeft" })).toBe("[");
	expect(nameOf({ ...plain, key: "د", code: "BracketRight" })).toBe("]");
	expect(nameOf({ ...plain, key: "ת", code: "Comma" })).toBe(",");
	expect(nameOf({ ...plain, key: "ю", code: "Period" })).toBe(".");
	expect(nameOf({ ...plain, key: ";", code: "KeyQ" })).toBe("q");
	expect(nameOf({ ...plain, key: "/", code: "KeyQ" })).toBe("q");
	expect(nameOf({ ...plain, key: "'", code: "KeyW" })).toBe("w");
	// What Latin layouts print there is meant.
	expect(nameOf({ ...plain, key: "ü", code: "BracketLeft" })).toBe("ü");
	expect(nameOf({ ...plain, key: "'", code: "KeyQ" })).toBe("'");
	expect(nameOf({ ...plain, key: ",", code: "KeyM" })).toBe(",");
	expect(nameOf({ ...plain, key: "/", code: "Slash" })).toBe("/");
});

describe("in a text field", () => {
	class Element extends EventTarget {
		isContentEditable = false;
		type = "text";
	}
	class Input extends Element {}
	const page = new EventTarget();
	const run = vi.fn();

	beforeAll(() => {
		vi.stubGlobal("HTMLElement", Element);
		vi.stubGlobal("HTMLInputElement", Input);
		vi.stubGlobal("HTMLTextAreaElement", class extends Element {});
		vi.stubGlobal("HTMLSelectElement", class extends Element {});
		vi.stubGlobal("document", page);
		vi.stubGlobal("addEventListener", () => {});
		vi.stubGlobal("localStorage", { getItem: () => null });
		startKeys();
		register([
			{ ...action("undo", "Ctrl+z"), run },
			{ ...action("palette", "Ctrl+k"), run },
		]);
	});
	afterAll(() => vi.unstubAllGlobals());
	beforeEach(() => run.mockClear());

	function press(target: EventTarget, key: string): void {
		const event = Object.assign(new Event("keydown", { cancelable: true }), { ...plain, key, ctrlKey: true });
		Object.defineProperty(event, "target", { value: target });
		page.dispatchEvent(event);
	}

	it("leaves undoing to the browser", () => {
		press(new Input(), "z");
		expect(run).not.toHaveBeenCalled();
		press(new Input(), "k");
		expect(run).toHaveBeenCalledTimes(1);
	});

	it("undoes elsewhere, also at a checkbox", () => {
		press(new Element(), "z");
		press(Object.assign(new Input(), { type: "checkbox" }), "z");
		expect(run).toHaveBeenCalledTimes(2);
	});
});
