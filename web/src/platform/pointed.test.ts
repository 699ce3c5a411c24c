import { afterEach, expect, test } from "vitest";
import { holdPointed, pointed, releasePointed } from "./pointed";

afterEach(releasePointed);

test("what is pointed at stays the same while it is held, whatever is pointed at meanwhile", () => {
	let card: string | undefined = "WEB-1";
	const now = pointed("card", () => card);
	expect(now()).toBe("WEB-1");
	holdPointed();
	expect(now()).toBe("WEB-1");
	card = undefined;
	expect(now()).toBe("WEB-1");
	// A component that is rendered again makes its reading anew: the name is what counts.
	expect(pointed("card", () => card)()).toBe("WEB-1");
	expect(pointed("column", () => "To do")()).toBe("To do");
	releasePointed();
	expect(now()).toBeUndefined();
});

test("that nothing is pointed at is held too", () => {
	let card: string | undefined;
	const now = pointed("card", () => card);
	holdPointed();
	expect(now()).toBeUndefined();
	card = "WEB-1";
	expect(now()).toBeUndefined();
});
