import type { Api, Dependency, Task } from "boardcast";
import { type Command, command } from "../../live/command";
import { provisionalId, withCurrentIds } from "../../live/provisional";
import type { ProjectStore } from "../../live/store/project";
import { dayOf } from "../../platform/days";
import { day } from "../../platform/i18n/dates";
import { toast } from "../../platform/toasts";
import { scheduleTask } from "../schedule/commands";
import { barOf, datesOf } from "../task/bars";
import { nameOf } from "../task/names";
import { dependency as words } from "./messages";
import { namesOf } from "./names";
import { wouldCircle } from "./network";

const address = "/projects/{project}/tasks/{task}/dependencies/{other}";
const lane = ({ task_id, depends_on_id }: Dependency) => `${task_id} ${depends_on_id}`;
const params = (store: ProjectStore, { task_id, depends_on_id }: Dependency) => ({
	path: { project: store.id, task: task_id, other: depends_on_id },
});

/** The edit that creates the dependency, or changes its lag. */
const put = (store: ProjectStore, dependency: Dependency) => {
	const [waiting, first] = namesOf(store, dependency);
	return {
		lane: lane(dependency),
		failure: words.couldNotLink(waiting, first),
		effect: () => ({ changes: { dependencies: [dependency] } }),
		request: (api: Api) =>
			api.PUT(address, {
				params: params(store, dependency),
				body: { lag_days: dependency.lag_days },
			}),
	};
};

/** Make `task` wait for `other`. */
export const linkTasks: Command<[task: Task, other: Task, lag_days?: number]> = command(
	(store, task, other, lag_days = 0) => {
		const dependency = {
			id: provisionalId(),
			task_id: task.id,
			depends_on_id: other.id,
			lag_days,
			version: 0,
		};
		const [waiting, first] = namesOf(store, dependency);
		if (present(store, dependency)) {
			toast({ text: words.alreadyLinked(waiting, first) });
			return undefined;
		}
		// The server refuses a circle too; checking here avoids an arrow that appears and vanishes.
		if (wouldCircle(task.id, other.id, store.tables.dependencies.peekAll())) {
			toast({ tone: "danger", text: words.couldNotLink(waiting, first), detail: words.circle });
			return undefined;
		}
		return {
			...put(store, dependency),
			creates: dependency.id,
			undo: () => ({
				text: words.linked(waiting, first),
				...offerToMove(store, dependency),
				run: () => {
					const now = present(store, dependency);
					if (now) unlinkTasks.withoutUndo(store, now);
				},
			}),
		};
	},
);

export const setLag = command((store, dependency: Dependency, lag_days: number) =>
	dependency.lag_days === lag_days ? undefined : put(store, { ...dependency, lag_days }),
);

export const unlinkTasks = command((store, dependency: Dependency) => {
	const [waiting, first] = namesOf(store, dependency);
	return {
		lane: lane(dependency),
		failure: words.couldNotUnlink(waiting, first),
		effect: () => ({ removed: { dependencies: [dependency.id] } }),
		request: (api) => api.DELETE(address, { params: params(store, dependency) }),
		undo: () => ({
			text: words.unlinked(waiting, first),
			run: () => {
				const [task, other] = [dependency.task_id, dependency.depends_on_id].map((id) =>
					store.tables.tasks.peek(id),
				);
				if (task && other) linkTasks.withoutUndo(store, task, other, dependency.lag_days);
			},
		}),
	};
});

/** The dependency as it is now. The server gives a new one its id, so the two tasks say which one it is. */
function present(store: ProjectStore, dependency: Dependency): Dependency | undefined {
	const { task_id, depends_on_id } = withCurrentIds(dependency);
	return store.tables.dependencies
		.peekAll()
		.find((one) => one.task_id === task_id && one.depends_on_id === depends_on_id);
}

/** Where the dates contradict a dependency now: by how many days, and the waiting task with its bar behind the other one. */
function behind(store: ProjectStore, dependency: Dependency) {
	const now = present(store, dependency);
	const task = store.view.get("tasks", dependency.task_id);
	const other = store.view.get("tasks", dependency.depends_on_id);
	if (!now || task?.completed_at !== null || other?.completed_at !== null) return undefined;
	const [bar, before] = [barOf(task), barOf(other)];
	if (!bar || !before) return undefined;
	const late = before.due + 1 + now.lag_days - bar.start;
	return late > 0 ? { task, late, moved: { start: bar.start + late, due: bar.due + late } } : undefined;
}

/** Where the dates contradict a new dependency: to move the waiting task behind the other one. */
function offerToMove(store: ProjectStore, dependency: Dependency) {
	const found = behind(store, dependency);
	if (!found) return {};
	return {
		detail: words.tooEarly(found.late),
		offer: {
			label: words.moveTo(nameOf(store, found.task), day(dayOf(found.moved.start))),
			run: () => {
				// Since the offer was made, another person may have planned, completed or unlinked the tasks.
				const now = behind(store, dependency);
				if (now) scheduleTask(store, now.task, datesOf(now.moved, now.task), "push");
			},
		},
	};
}
