import { expect, it } from "vitest";
import { addressOfHit } from "./hit";

it("a comment is opened in its task, over the view that is shown", () => {
	expect(addressOfHit({ number: 12, comment_id: "c1" }, "WEB")).toBe("/p/WEB/board/12#comment-c1");
	expect(addressOfHit({ number: 12, comment_id: null }, "WEB", "timeline")).toBe("/p/WEB/timeline/12");
});
