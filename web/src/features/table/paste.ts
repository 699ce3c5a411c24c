// What a pasted cell means for a task. Nothing is changed unless all of it is understood.
import { type Day, limits, type Priority, type Task, type TaskPatch } from "boardcast";
import { task as taskWords } from "../../domain/task/messages";
import { nameOf } from "../../domain/task/names";
import type { ProjectStore } from "../../live/store/project";
import { today } from "../../platform/i18n/dates";
import { excess, folded, oneLine } from "../../platform/text";
import { within } from "../../platform/within";
import { parseDay } from "../../ui/typed-day";
import { type ColumnId, declared } from "./columns";
import { table as words } from "./messages";

/** What a cell becomes. */
export type CellValue =
	| { fields: Pick<TaskPatch, "title" | "priority" | "milestone_id" | "estimate"> }
	| { dates: { start_on?: Day | null; due_on?: Day | null } }
	| { column_id: string }
	| { assignee_ids: string[] }
	| { label_ids: string[] };

/** Why a cell is not understood, in words. */
interface NotUnderstood {
	refused: string;
}

const priorities: readonly Priority[] = ["none", "low", "medium", "high", "urgent"];

/** The number that a text is, with a point or a comma. */
export function readNumber(text: string): number | undefined {
	return /^\d+([.,]\d+)?$/.test(text) ? Number(text.replace(",", ".")) : undefined;
}

export function understand(
	store: ProjectStore,
	task: Task,
	column: ColumnId,
	typed: string,
): CellValue | NotUnderstood {
	const text = oneLine(typed);
	const where = words.where(nameOf(store, task), words.columns[column]);
	const no = words.notPasted;
	const { tables } = store;
	switch (column) {
		case "title":
			if (text === "") return { refused: no.blank(where) };
			if (excess(text, limits.TaskPatch.title.maxLength) > 0) return { refused: no.long(where) };
			return { fields: { title: text } };
		case "column": {
			const found = named(tables.columns.peekAll(), text, where);
			return typeof found === "string" ? { column_id: found } : found;
		}
		case "priority": {
			if (text === "") return { fields: { priority: "none" } };
			const priority = priorities.find((one) =>
				[one, taskWords.priorityName(one)].some((name) => folded(name) === folded(text)),
			);
			return priority ? { fields: { priority } } : { refused: no.unknown(where, text) };
		}
		case "milestone": {
			if (text === "") return { fields: { milestone_id: null } };
			const found = named(tables.milestones.peekAll(), text, where);
			return typeof found === "string" ? { fields: { milestone_id: found } } : found;
		}
		case "assignees": {
			const members = tables.members.peekAll();
			const able = members.filter(({ id, disabled }) => !disabled || task.assignee_ids.includes(id));
			const ids = severalOf(able, text, where);
			return Array.isArray(ids) ? { assignee_ids: ids } : ids;
		}
		case "labels": {
			const ids = severalOf(tables.labels.peekAll(), text, where);
			return Array.isArray(ids) ? { label_ids: ids } : ids;
		}
		case "estimate": {
			if (text === "") return { fields: { estimate: null } };
			const estimate = readNumber(text);
			const fits = estimate !== undefined && within(estimate, limits.TaskPatch.estimate);
			return fits ? { fields: { estimate } } : { refused: no.number(where, text) };
		}
		case "start_on":
		case "due_on": {
			const day = text === "" ? null : parseDay(text, today());
			return day === undefined ? { refused: no.day(where, text) } : { dates: { [column]: day } };
		}
		default:
			return { refused: no.fixed(where) };
	}
}

/** Whether a cell can be emptied, and what it is then. */
export function emptied(store: ProjectStore, task: Task, column: ColumnId): CellValue | undefined {
	if (declared[column].edit === undefined || column === "title" || column === "column") return undefined;
	const value = understand(store, task, column, "");
	return "refused" in value ? undefined : value;
}

interface Named {
	id: string;
	name: string;
}

function named(all: readonly Named[], text: string, where: string): string | NotUnderstood {
	const found = all.filter(({ name }) => folded(name) === folded(text));
	if (found.length > 1) return { refused: words.notPasted.several(where, text) };
	return found[0]?.id ?? { refused: words.notPasted.unknown(where, text) };
}

/** Names with commas between them; a name may have a comma itself. */
function severalOf(all: readonly Named[], text: string, where: string): string[] | NotUnderstood {
	if (text === "") return [];
	const ids = new Set<string>();
	const parts = text.split(",").map((part) => part.trim());
	for (let at = 0; at < parts.length; ) {
		// The longest name that fits.
		let taken = 0;
		for (let end = parts.length; end > at && taken === 0; end--) {
			const found = named(all, parts.slice(at, end).join(", "), where);
			if (typeof found === "string") {
				ids.add(found);
				taken = end - at;
			}
		}
		if (taken === 0) {
			const found = named(all, parts[at] ?? "", where);
			if (typeof found !== "string") return found;
		}
		at += taken;
	}
	return [...ids];
}
