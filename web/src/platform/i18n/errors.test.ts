import { Problem } from "boardcast";
import { expect, test } from "vitest";
import { explain, sentence } from "./errors";

test("a known code is said in our words, with the time to wait", () => {
	expect(explain(new Problem(429, { code: "rate_limited" }, 7))).toContain("Try again in 7 s.");
	expect(explain(new Problem(409, { code: "last_owner", detail: "raw" }))).toContain(
		"A project needs an owner",
	);
});
test("an unknown code is said in the server's words, or at least with its number", () => {
	expect(explain(new Problem(409, { code: "brand_new", detail: "no room" }))).toBe("no room");
	expect(explain(new Problem(500, { code: "internal", request_id: "r-1" }))).toContain("r-1");
});
test("what the server says of a field becomes a sentence", () => {
	expect(sentence("must be 1 to 90")).toBe("Must be 1 to 90.");
	expect(sentence("Already one.")).toBe("Already one.");
});
