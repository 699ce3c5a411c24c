// Puts pasted values into tasks, by the commands that every screen uses, and takes them back together.
import type { Task } from "boardcast";
import { scheduleTask } from "../../domain/schedule/commands";
import { withEnd } from "../../domain/task/bars";
import { moveTask, patchTask, putBack, setAssigned, setLabelled } from "../../domain/task/commands";
import { endOf, type Place, placeOf } from "../../domain/task/place";
import type { ProjectStore } from "../../live/store/project";
import { toast } from "../../platform/toasts";
import type { ColumnId } from "./columns";
import { table as words } from "./messages";
import type { CellValue } from "./paste";

export interface CellEdit {
	id: string;
	column: ColumnId;
	value: CellValue;
}

/** One edit with the undo of its command; several with one undo for all of them. */
export function applyCells(store: ProjectStore, edits: readonly CellEdit[]): void {
	const withUndo = edits.length === 1;
	const undos = edits.map((edit) => applyCell(store, edit, withUndo)).filter((undo) => undo !== undefined);
	if (withUndo || undos.length === 0) return;
	const text = words.pasted(edits.length);
	const undo = () => {
		// The last one first: places are named by their neighbours.
		const isWhole = undos.reverse().map((back) => back());
		if (isWhole.includes(false)) toast({ text: words.pastedPartly, project: store.id });
	};
	toast({ text, project: store.id, undo });
}

/** Returns how to take it back, which answers whether it did: what another person changed since stays. */
function applyCell(
	store: ProjectStore,
	{ id, value }: CellEdit,
	withUndo: boolean,
): (() => boolean) | undefined {
	const task = store.tables.tasks.peek(id);
	if (!task) return undefined;
	const now = () => store.tables.tasks.peek(id);
	const back = (is: (task: Task) => boolean, run: (task: Task) => void) => () => {
		const present = now();
		if (!present || !is(present)) return false;
		run(present);
		return true;
	};
	if ("fields" in value) {
		const { fields } = value;
		const names = Object.keys(fields) as (keyof typeof fields)[];
		if (names.every((name) => fields[name] === task[name])) return undefined;
		(withUndo ? patchTask : patchTask.withoutUndo)(store, task, fields);
		const before = Object.fromEntries(names.map((name) => [name, task[name]]));
		return back(
			(present) => names.every((name) => present[name] === fields[name]),
			(present) => patchTask.withoutUndo(store, present, before),
		);
	}
	if ("dates" in value) {
		const { dates } = withEnd(task, value.dates);
		(withUndo ? scheduleTask : scheduleTask.withoutUndo)(store, task, dates, "keep");
		const { start_on, due_on } = task;
		return back(
			(present) => present.start_on === dates.start_on && present.due_on === dates.due_on,
			(present) => scheduleTask.withoutUndo(store, present, { start_on, due_on }, "keep"),
		);
	}
	if ("column_id" in value) {
		if (value.column_id === task.column_id) return undefined;
		const from: Place = placeOf(store, task);
		(withUndo ? moveTask : moveTask.withoutUndo)(store, task, endOf(store, value.column_id, task));
		return back(
			(present) => present.column_id === value.column_id,
			() => putBack(store, task, from),
		);
	}
	const isPeople = "assignee_ids" in value;
	const wanted = isPeople ? value.assignee_ids : value.label_ids;
	const set = isPeople ? setAssigned : setLabelled;
	const idsOf = (one: Task) => (isPeople ? one.assignee_ids : one.label_ids);
	const change = (present: Task, to: readonly string[]) => {
		for (const one of idsOf(present)) if (!to.includes(one)) set(store, present, one, false);
		for (const one of to) if (!idsOf(present).includes(one)) set(store, present, one, true);
	};
	const before = idsOf(task);
	if (sameIds(before, wanted)) return undefined;
	change(task, wanted);
	return back(
		(present) => sameIds(idsOf(present), wanted),
		(present) => change(present, before),
	);
}

function sameIds(a: readonly string[], b: readonly string[]): boolean {
	return a.length === b.length && a.every((id) => b.includes(id));
}
