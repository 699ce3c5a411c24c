import { readFileSync } from "node:fs";
import type { Task } from "boardcast";
import { task } from "boardcast/testing";
import { expect, it } from "vitest";
import type { Link } from "../../../domain/dependency/network";
import { barsOf } from "../../../domain/task/bars";
import { isCritical, slackOf } from "./slack";

interface Case {
	name: string;
	tasks: (Pick<Task, "start_on" | "due_on" | "completed_at"> & { id: string })[];
	dependencies: Link[];
	slack: Record<string, number>;
	critical: string[];
}

// The server's tests read the same file.
const file = new URL("../../../../../tests/fixtures/critical-path.json", import.meta.url);
const cases: Case[] = JSON.parse(readFileSync(file, "utf8"));

it.each(cases)("slack and critical path of $name are those of the fixture", (plan) => {
	const bars = barsOf(plan.tasks.map((one) => task(one.id, one)));
	const slack = slackOf(bars, plan.dependencies);
	expect(Object.fromEntries(slack)).toEqual(plan.slack);
	expect(plan.tasks.map(({ id }) => id).filter((id) => isCritical(slack, id))).toEqual(plan.critical);
});
