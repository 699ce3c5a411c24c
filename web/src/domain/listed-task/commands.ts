// The edits of a task in a list over all projects. Where its project is loaded they are those of the board; otherwise loading
// thousands of tasks for one click would be too much, and the request is sent alone.
import type { Day, ListedTask, Problem, Task } from "boardcast";
import { live } from "../../live/messages";
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
	const address = "/projects/{project}/tasks/{task}/completion" as const;
	const send = (on: boolean, base?: number): Promise<Task> => {
		const call = { params: params(listed), headers: since(base) };
		return body(on ? api.PUT(address, call) : api.DELETE(address, call));
	};
	const said = (completed ? words.completed : words.reopened)(listed.key);
	const { completed_at } = listed;
	edit(listed, said, meanwhile, {
		fields: { completed_at: completed ? new Date().toISOString() : null },
		run: () => send(completed),
		before: { completed_at },
		undo: (base) => send(!completed, base),
	});
}

export function setListedDue(listed: ListedTask, due_on: Day | null, meanwhile: Meanwhile): void {
	if (due_on === listed.due_on) return;
	const loaded = storeOf(listed);
	if (loaded) {
		scheduleTask(loaded.store, loaded.task, withEnd(loaded.task, { due_on }).dates, "keep");
		return;
	}
	const send = (dates: Pick<ListedTask, "start_on" | "due_on">, base?: number) =>
		body(
			api.PUT("/projects/{project}/tasks/{task}/schedule", {
				params: params(listed),
				headers: since(base),
				body: { ...dates, dependents: "keep" },
			}),
		).then(({ tasks }) => tasks.find(({ id }) => id === listed.id));
	const { dates } = withEnd(listed, { due_on });
	const before = { start_on: listed.start_on, due_on: listed.due_on };
	edit(listed, words.scheduled(listed.key), meanwhile, {
		fields: dates,
		run: () => send(dates),
		before,
		undo: (base) => send(before, base),
	});
}

/** The server refuses it when another person has changed what it changes since this version. */
const since = (base: number | undefined): Record<string, string> =>
	base === undefined ? {} : { "If-Match": `"${base}"` };

interface Edit {
	fields: Partial<ListedTask>;
	/** Both answer the task as it is then, or nothing when that was no change. */
	run: () => Promise<Task | undefined>;
	/** What the same fields were. */
	before: Partial<ListedTask>;
	/** `base` is the version since which another person must not have changed them. */
	undo: (base: number) => Promise<Task | undefined>;
}

/** The last answer for each task that was changed here. */
const latest = new Map<string, Task>();

/**
 * The version at which the task was as an edit has left it, when this page changed it last: what was done after it and taken back
 * is no change of another person.
 */
function versionOf(left: Task, fields: Partial<ListedTask>): number {
	const now = latest.get(left.id) ?? left;
	const names = Object.keys(fields) as (keyof Task)[];
	// Done again is done, at whatever time.
	const same = names.every((name) =>
		name === "completed_at" ? (now[name] === null) === (left[name] === null) : now[name] === left[name],
	);
	return same && now.column_id === left.column_id ? Math.max(now.version, left.version) : left.version;
}

/** Show the edit at once, send it, and offer to take it back: at once too, or Ctrl+Z would take back an older one. */
function edit(
	{ id, key, project_id: project }: ListedTask,
	said: string,
	meanwhile: Meanwhile,
	{ fields, run, before, undo }: Edit,
): void {
	const show = async (
		fields: Partial<ListedTask>,
		send: () => Promise<Task | undefined>,
	): Promise<Task | undefined> => {
		meanwhile(id, fields);
		try {
			const task = await send();
			if (task) latest.set(id, task);
			return task;
		} catch (error) {
			const problem = error as Problem;
			if (problem.code === "version_conflict") toast({ text: live.changedSince(), project });
			else toast({ tone: "danger", text: words.couldNotChange(key), detail: explain(problem), project });
			return undefined;
		} finally {
			meanwhile(id, null);
		}
	};
	const sent = show(fields, run);
	const takeBack = async () => {
		const left = await sent;
		return left && undo(versionOf(left, fields));
	};
	const notice = toast({ text: said, undo: () => void show(before, takeBack), project });
	void sent.then((isSent) => {
		if (!isSent) dismissToast(notice);
	});
}
