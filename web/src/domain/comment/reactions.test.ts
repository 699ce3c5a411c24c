import { expect, test } from "vitest";
import { reacted } from "./reactions";

const thumbs = { emoji: "👍", user_ids: ["bob"] };
const party = { emoji: "🎉", user_ids: ["alice", "bob"] };

test("a first reaction comes behind the others", () => {
	expect(reacted([thumbs], "alice", "🎉", true)).toEqual([thumbs, { emoji: "🎉", user_ids: ["alice"] }]);
});
test("a second one is counted once, however often it is given", () => {
	const once = reacted([thumbs, party], "alice", "👍", true);
	expect(once[0]).toEqual({ emoji: "👍", user_ids: ["bob", "alice"] });
	expect(reacted(once, "alice", "👍", true)).toEqual(once);
});
test("what nobody has given any more is not shown", () => {
	expect(reacted([thumbs, party], "bob", "👍", false)).toEqual([party]);
	expect(reacted([party], "charlie", "👍", false)).toEqual([party]);
});
