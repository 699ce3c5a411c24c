import { type Action, actions, isEnabled } from "../lib/actions/registry";
import { shell } from "../lib/messages/shell";
import { href } from "../lib/route";
import { go, route } from "../lib/router";
import { addressOf, findProject, openProject, projects } from "../lib/store/projects";
import { nameOf } from "../lib/tasks/names";

export interface Entry {
	id: string;
	label: string;
	/** What kind of thing it is, or the key that does the same. */
	hint: string;
	shortcut?: string | undefined;
	run: () => void;
}

const mostTasks = 8;

/** Commands that make sense now, projects, and tasks of the open project; all of the words must be in the label. */
export function entries(text: string, commands: readonly Action[]): Entry[] {
	const words = text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
	const fits = (label: string) => {
		const plain = label.toLocaleLowerCase();
		return words.every((word) => plain.includes(word));
	};
	return [
		...commands.map(ofAction).filter(({ label }) => fits(label)),
		...(projects.peek() ?? [])
			.map((project) => ({
				id: project.id,
				label: `${project.key} ${project.name}`,
				hint: shell.project,
				run: () => go({ name: "project", key: addressOf(project), view: "board" }),
			}))
			.filter(({ label }) => fits(label)),
		...(words.length > 0 ? tasks(fits) : []),
	];
}

/** What can be done at the moment the palette opens: afterwards it is itself what has the focus. The task at hand first. */
export function commandsNow(): Action[] {
	// Of several with one name the newest counts, as for keys.
	const newest = new Map(actions.peek().map((action) => [action.id, action]));
	const found = [...newest.values()].filter((action) => !action.hidden && isEnabled(action));
	const nearness = ({ id }: Action) => (id.startsWith("task.") ? 0 : id.startsWith("board.") ? 1 : 2);
	return found.sort((a, b) => nearness(a) - nearness(b));
}

function ofAction(action: Action): Entry {
	return {
		id: action.id,
		label: action.label(),
		hint: action.group(),
		shortcut: action.shortcut,
		run: action.run,
	};
}

function tasks(fits: (label: string) => boolean): Entry[] {
	const now = route.peek();
	const summary = now.name === "project" ? findProject(now.key) : undefined;
	if (now.name !== "project" || !summary) return [];
	const store = openProject(summary.id);
	const found: Entry[] = [];
	for (const task of store.tables.tasks.peekAll().sort((a, b) => b.number - a.number)) {
		const label = `${nameOf(store, task)} ${task.title}`;
		if (task.number === 0 || !fits(label)) continue;
		const view = now.view === "timeline" ? "timeline" : "board";
		const to = href({ name: "project", key: now.key, view, task: task.number });
		found.push({ id: task.id, label, hint: shell.task, run: () => go(to) });
		if (found.length === mostTasks) break;
	}
	return found;
}
