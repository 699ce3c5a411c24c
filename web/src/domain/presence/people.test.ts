import { beforeEach, expect, it } from "vitest";
import { forgetAll, forgetRoom, known, learn, presentAt, presentIn, takeIn } from "./people";

beforeEach(forgetAll);

const frame = (user_id: string, state: string, task_id: string | null = null, project = "p") => ({
	project,
	user_id,
	task_id,
	state,
});
const take = (...frames: unknown[]) => takeIn(frames, "me");
const who = (project = "p") => presentIn(project).map(({ user, task, state }) => `${user} ${task} ${state}`);

it("knows who is in a project and at a task, and not oneself", () => {
	take(frame("me", "viewing"));
	take(frame("bob", "viewing"));
	take(frame("charlie", "editing", "t"));
	take(frame("bob", "viewing", "t"));
	take(frame("bob", "viewing", null, "q"));
	expect(who()).toEqual(["bob t viewing", "charlie t editing"]);
	expect(presentAt("p", "t").map(({ user }) => user)).toEqual(["bob", "charlie"]);
	take(frame("charlie", "left"));
	take(frame("dora", "left"));
	expect([who(), who("q")]).toEqual([["bob t viewing"], ["bob null viewing"]]);
});

it("takes a state that it does not know for leaving, and what is no frame for nothing", () => {
	take(frame("bob", "viewing"));
	for (const odd of [undefined, null, "x", 7, [], { project: "p" }, { project: 1, user_id: 2 }]) take(odd);
	expect(who()).toEqual(["bob null viewing"]);
	take(frame("bob", "dancing"));
	expect(who()).toEqual([]);
});

it("takes in many at once, in their order", () => {
	const many = Array.from({ length: 1000 }, (_, at) => frame(`u${at}`, "viewing", at % 2 ? "odd" : null));
	take(...many, frame("u1", "left"), frame("u0", "editing", "odd"));
	expect([presentIn("p").length, presentAt("p", "odd").length]).toEqual([999, 500]);
	expect(presentAt("p", "odd")).toBe(presentAt("p", "odd"));
});

it("forgets a project, and all when the stream breaks", () => {
	take(frame("bob", "viewing"));
	take(frame("bob", "viewing", null, "q"));
	forgetRoom("p");
	expect([who(), who("q")]).toEqual([[], ["bob null viewing"]]);
	forgetAll();
	expect(who("q")).toEqual([]);
});

it("learns from another tab what it does not know itself", () => {
	take(frame("bob", "viewing", "t"));
	const all = known();
	forgetAll();
	learn(all);
	expect(who()).toEqual(["bob t viewing"]);
	take(frame("bob", "editing", "t"), frame("charlie", "viewing"));
	learn([...all, ["q", []]]);
	expect([who(), who("q")]).toEqual([["bob t editing", "charlie null viewing"], []]);
});
