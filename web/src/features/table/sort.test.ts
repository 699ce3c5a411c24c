import type { Task } from "boardcast";
import { snapshot, task } from "boardcast/testing";
import { expect, it } from "vitest";
import { ProjectStore } from "../../live/store/project";
import { columnIds } from "./columns";
import { nextSort, readSort, sorted, withNumbers, writeSort } from "./sort";

async function start(tasks: Task[]) {
	const page = () => Promise.reject(new Error("not asked for"));
	const first = {
		...snapshot(1, tasks),
		members: [
			{ id: "a", name: "Alice", role: "editor" as const, disabled: false, version: 1 },
			{ id: "b", name: "Bob", role: "editor" as const, disabled: false, version: 1 },
		],
	};
	const store = new ProjectStore("p", { snapshot: async () => first, page }, () => {});
	await store.load();
	return { store, tasks: () => tasks.map(({ id }) => store.tables.tasks.peek(id) as Task) };
}

const ids = (tasks: readonly Task[]) => tasks.map(({ id }) => id).join(" ");

it("sorts by a column, what is empty last in both directions, and equals as they came", async () => {
	const { store, tasks } = await start([
		task("x", { due_on: null, title: "Step 10" }),
		task("y", { due_on: "2026-12-02", title: "Step 9", assignee_ids: ["b"] }),
		task("z", { due_on: "2026-12-01", title: "step 9", assignee_ids: ["a"], priority: "low" }),
		task("w", { due_on: "2026-12-02", title: "Émile", assignee_ids: ["b", "a"], priority: "urgent" }),
	]);
	const by = (text: string) => ids(sorted(store, tasks(), readSort(text) ?? expect.unreachable()));
	expect(by("due_on")).toBe("z y w x");
	expect(by("-due_on")).toBe("y w z x");
	expect(by("title")).toBe("w y z x");
	expect(by("assignees")).toBe("z w y x");
	expect(by("-priority")).toBe("w z x y");
});

it("compares the numbers in a title as numbers", () => {
	const titles = [
		"",
		"step",
		"step 0",
		"step 9",
		"step 10",
		"step 10 b",
		"step 10.2",
		"step 10.11",
		"step 1000",
	];
	const inOrder = [...titles, "stop 1"];
	const shuffled = inOrder.toSorted((a, b) => a.length - b.length || (a > b ? -1 : 1));
	expect(shuffled.toSorted((a, b) => (withNumbers(a) < withNumbers(b) ? -1 : 1))).toEqual(inOrder);
	expect(withNumbers("9 lives")).not.toBe("9 lives");
	expect(withNumbers("step 007")).toBe(withNumbers("step 7"));
	expect(withNumbers("step 000")).toBe(withNumbers("step 0"));
	expect(withNumbers("no number")).toBe("no number");
});

it("goes from ascending over descending to none, and is kept in the address", () => {
	const first = nextSort(undefined, "due_on");
	expect(writeSort(first)).toBe("due_on");
	const second = nextSort(first, "due_on");
	expect(writeSort(second)).toBe("-due_on");
	expect(readSort("-due_on")).toEqual(second);
	expect(writeSort(nextSort(second, "due_on"))).toBeNull();
	expect(nextSort(second, "title")).toEqual({ column: "title", descending: false });
	expect(readSort("nothing")).toBeUndefined();
	expect(readSort(null)).toBeUndefined();
});

it("sorts 10,000 tasks soon", async () => {
	const priorities = ["none", "low", "medium", "high", "urgent"] as const;
	const { store, tasks } = await start(
		Array.from({ length: 10_000 }, (_, index) =>
			task(`t${index}`, {
				number: index + 1,
				title: `Task ${(index * 7919) % 10_007} of ${["many", "some", "few"][index % 3]}`,
				due_on: `2026-${String((index % 12) + 1).padStart(2, "0")}-01`,
				assignee_ids: index % 2 ? ["a"] : ["b", "a"],
				priority: priorities[index % 5] ?? "none",
			}),
		),
	);
	const all = tasks();
	// Of this process alone: what else runs on the machine does not count.
	const now = () => process.cpuUsage().user / 1000;
	const times = columnIds.map((column) => {
		const begun = now();
		expect(sorted(store, all, { column, descending: true })).toHaveLength(10_000);
		return `${column} ${Math.round(now() - begun)}`;
	});
	process.stdout.write(`    sorted in ms: ${times.join(", ")} (target 50)\n`);
});
