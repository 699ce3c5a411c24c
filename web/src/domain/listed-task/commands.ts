// The edits of a task in a list over all projects. Where its project is loaded they are those of the board; otherwise loading
// thousands of tasks for one click would be too much, and the request is sent alone.
import type { Day, ListedTask, Problem, Task } from "@boardcast/client";
import { openStores } from "../../live/projects";
import type { ProjectStore } from "../../live/store/project";
import { api, body } from "../../platform/api";
import { explain } from "../../platform/i18n/errors";
import { dismissToast, toast } from "../../platform/toasts";
import { scheduleTask } from "../schedule/commands";
import { withEnd } from "../task/bars";
import { setCompleted } from "../task/commands";
import { listedTask as words } from "./messages";

/** The store of the task's project, where it is loaded and has the task. */
export function storeOf({ project_id, id }: ListedTask): { store: ProjectStore; task: Task } | undefined {
	const store = openStores().find((one) => one.id === project_id && one.status.value === "ready");
	const task = store?.tables.tasks.get(id);
	return store && task && { store, task };
}

const params = ({ project_id, id }: ListedTask) => ({ path: { project: project_id, task: id } });

/** Gets the fields that the list shows meanwhile, and null once that request was answered: each gets both. */
type Meanwhile = (id: string, fields: Partial<ListedTask> | null) => void;

export function completeListed(listed: ListedTask, completed: boolean, meanwhile: Meanwhile): void {
	const loaded = storeOf(listed);
	if (loaded) {
		setCompleted(loaded.store, loaded.task, completed);
		return;
	}
	const call = { params: params(listed) };
	const address = "/projects/{project}/tasks/{task}/completion" as const;
	const send = (on: boolean) => body<unknown>(on ? api.PUT(address, call) : api.DELETE(address, call));
	const said = (completed ? words.completed : words.reopened)(listed.key);
	const { completed_at } = listed;
	edit(listed, said, meanwhile, {
		fields: { completed_at: completed ? new Date().toISOString() : null },
		run: () => send(completed),
		before: { completed_at },
		undo: () => send(!completed),
	});
}

export function setListedDue(listed: ListedTask, due_on: Day | null, meanwhile: Meanwhile): void {
	if (due_on === listed.due_on) return;
	const loaded = storeOf(listed);
	if (loaded) {
		scheduleTask(loaded.store, loaded.task, withEnd(loaded.task, { due_on }).dates, "keep");
		return;
	}
	const send = (dates: Pick<ListedTask, "start_on" | "due_on">) =>
		body<unknown>(
			api.PUT("/projects/{project}/tasks/{task}/schedule", {
				params: params(listed),
				body: { ...dates, dependents: "keep" },
			}),
		);
	const { dates } = withEnd(listed, { due_on });
	const before = { start_on: listed.start_on, due_on: listed.due_on };
	edit(listed, words.scheduled(listed.key), meanwhile, {
		fields: dates,
		run: () => send(dates),
		before,
		undo: () => send(before),
	});
}

interface Edit {
	fields: Partial<ListedTask>;
	run: () => Promise<unknown>;
	/** What the same fields were. */
	before: Partial<ListedTask>;
	undo: () => Promise<unknown>;
}

/** Show the edit at once, send it, and offer to take it back: at once too, or Ctrl+Z would take back an older one. */
function edit(
	{ id, key, project_id: project }: ListedTask,
	said: string,
	meanwhile: Meanwhile,
	{ fields, run, before, undo }: Edit,
): void {
	const show = async (fields: Partial<ListedTask>, send: () => Promise<unknown>): Promise<boolean> => {
		meanwhile(id, fields);
		try {
			await send();
			return true;
		} catch (problem) {
			const detail = explain(problem as Problem);
			toast({ tone: "danger", text: words.couldNotChange(key), detail, project });
			return false;
		} finally {
			meanwhile(id, null);
		}
	};
	const sent = show(fields, run);
	const takeBack = async () => {
		if (await sent) await undo();
	};
	const notice = toast({ text: said, undo: () => void show(before, takeBack), project });
	void sent.then((isSent) => {
		if (!isSent) dismissToast(notice);
	});
}
