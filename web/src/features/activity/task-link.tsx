import { signal } from "@preact/signals";
import type { Activity, Task } from "boardcast";
import { activity as activityWords } from "../../domain/activity/messages";
import { nameOf } from "../../domain/task/names";
import { addressOf } from "../../live/projects";
import type { ProjectStore } from "../../live/store/project";
import { api, body } from "../../platform/api";
import { href } from "../../platform/route";
import { activity as words } from "./messages";

type Known = Pick<Task, "id" | "number" | "title">;

/** Leads to the task that an entry is about; of several to the first one. */
export function TaskLink({ store, item }: { store: ProjectStore; item: Activity }) {
	const id = item.task_id ?? (item.kind === "tasks" ? item.object_id : null);
	const task = id ? (store.tables.tasks.get(id) ?? archived(store).get(id)) : undefined;
	if (!task) {
		if (item.kind === "tasks" && item.name) return <bdi>{activityWords.titled(item.name)}</bdi>;
		return <>{id ? words.deletedTask : words.someTasks}</>;
	}
	const project = store.tables.project.peek(store.id);
	const key = project ? addressOf(project) : store.id;
	return (
		<a class="link" href={href({ name: "project", key, view: "board", task: task.number })}>
			{nameOf(store, task)} <bdi>{task.title}</bdi>
		</a>
	);
}

const found = new WeakMap<ProjectStore, { value: ReadonlyMap<string, Known> }>();

/** Archived tasks are not on the board: the latest of them are read when an entry is about one. */
function archived(store: ProjectStore): ReadonlyMap<string, Known> {
	let known = found.get(store);
	if (!known) {
		known = signal<ReadonlyMap<string, Known>>(new Map());
		found.set(store, known);
		const kept = known;
		const params = { path: { project: store.id }, query: { status: ["archived" as const], limit: 200 } };
		body(api.GET("/projects/{project}/tasks", { params })).then(
			({ items }) => {
				kept.value = new Map(items.map((task) => [task.id, task]));
			},
			// They are named without a link then.
			() => {},
		);
	}
	return known.value;
}
