import type { User } from "boardcast";
import { snapshot, task } from "boardcast/testing";
import { describe, expect, it } from "vitest";
import { ProjectStore } from "../../live/store/project";
import { Plan } from "./model";

const march = (day: number) => `2026-03-${String(day).padStart(2, "0")}`;
const at = (id: string, from: number, to: number) => task(id, { start_on: march(from), due_on: march(to) });

async function start() {
	const link = { id: "d", task_id: "b", depends_on_id: "a", lag_days: 0, version: 1 };
	const first = { ...snapshot(10, [at("a", 2, 3), at("b", 4, 6)]), dependencies: [link] };
	const page = async () => ({ items: [], next_cursor: null, head: 10, epoch: "e1" });
	const store = new ProjectStore("p", { snapshot: async () => first, page }, () => {});
	await store.load();
	const dates = () => ["a", "b"].map((id) => store.tables.tasks.peek(id)?.start_on);
	return { plan: new Plan(store, { id: "alice" } as User), dates };
}

describe("a bar that is dragged", () => {
	it("shows where its dependents would go, and the slack that would be left", async () => {
		const { plan, dates } = await start();
		const bar = plan.bars.value.get("a") ?? { start: 0, due: 0 };
		plan.dragged.value = { id: "a", bar: { start: bar.start + 3, due: bar.due + 3 } };
		expect(plan.followerShift.value.get("b")).toBe(3);
		expect(plan.slack.value.get("a")).toBe(0);
		expect(dates()).toEqual([march(2), march(4)]);
	});
});
