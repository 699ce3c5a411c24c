import { byPosition, type Column, type ColumnKind, Problem } from "boardcast";
import { type Command, command } from "../../live/command";
import { live } from "../../live/messages";
import { inRequest, keyAt, neighboursAt } from "../../live/neighbours";
import type { ProjectStore } from "../../live/store/project";
import { api, body } from "../../platform/api";
import { explain } from "../../platform/i18n/errors";
import { toast } from "../../platform/toasts";
import { later as words } from "./later";

interface ColumnFields {
	name: string;
	wip_limit: number | null;
	kind: ColumnKind;
	archive_after_days: number | null;
}

const params = (store: ProjectStore, column: string) => ({ path: { project: store.id, column } });

/** Waits for the answer: the form shows a refusal beside its fields. */
export function createColumn(store: ProjectStore, fields: Partial<ColumnFields> & { name: string }) {
	return body(
		api.POST("/projects/{project}/columns", { params: { path: { project: store.id } }, body: fields }),
	);
}

/** Waits for the answer, as `createColumn` does. `base` is the version that the person began to change. */
export async function editColumn(
	store: ProjectStore,
	column: Column,
	changes: Partial<ColumnFields>,
	base: number,
): Promise<void> {
	const fields = Object.keys(changes) as (keyof ColumnFields)[];
	const before = Object.fromEntries(fields.map((field) => [field, column[field]]));
	const saved = await patchColumn(store, column, changes, base);
	const undo = () =>
		patchColumn(store, column, before, saved.version).catch((error) => {
			const conflict = error instanceof Problem && error.code === "version_conflict";
			const text = conflict ? live.changedSince() : words.couldNotChangeColumn(saved.name);
			const detail = error instanceof Problem && !conflict ? { detail: explain(error) } : {};
			toast({ text, ...detail, project: store.id });
		});
	// A column that becomes one of kind `done` completes all tasks in it, those of others too. Its old kind would not reopen them,
	// and giving the kind back would complete what has come since: neither is undone by one press.
	const was = "kind" in changes ? column.kind : saved.kind;
	if (was !== saved.kind && [was, saved.kind].includes("done")) {
		const text = saved.kind === "done" ? words.completes(saved.name) : words.completesNoMore(saved.name);
		toast({ text, project: store.id });
		return;
	}
	const text =
		saved.name === column.name ? words.changed(saved.name) : words.renamed(column.name, saved.name);
	toast({ text, undo: () => void undo(), project: store.id });
}

function patchColumn(store: ProjectStore, column: Column, changes: Partial<ColumnFields>, base: number) {
	return body(
		api.PATCH("/projects/{project}/columns/{column}", {
			params: params(store, column.id),
			headers: { "If-Match": `"${base}"` },
			body: changes,
		}),
	);
}

/** Waits for the answer; the tasks of the column go to `moveTo`. */
export function deleteColumn(store: ProjectStore, column: Column, moveTo: string | undefined) {
	return body(
		api.DELETE("/projects/{project}/columns/{column}", {
			params: { ...params(store, column.id), ...(moveTo ? { query: { move_to: moveTo } } : {}) },
		}),
	);
}

/** Put a column at `index` among the others. */
export const placeColumn: Command<[id: string, index: number]> = command((store, id, index) => {
	const columns = store.tables.columns.peekAll().sort(byPosition);
	const ids = columns.map((column) => column.id);
	const column = columns.find((other) => other.id === id);
	const others = ids.filter((other) => other !== id);
	const place = neighboursAt(ids, id, index);
	if (!column || others.toSpliced(index, 0, id).join() === ids.join()) return undefined;
	return {
		lane: "columns",
		failure: words.couldNotChangeColumn(column.name),
		effect: (view) => {
			const position = keyAt(view.all("columns"), id, place);
			return { changes: { columns: [{ id, position }] } };
		},
		request: (api) =>
			api.PUT("/projects/{project}/columns/{column}/position", {
				params: params(store, id),
				body: inRequest(place),
			}),
		announce: () => words.columnAt(column.name, index + 1, ids.length),
		undo: () => ({
			group: "column",
			text: words.moved(column.name),
			run: () => placeColumn.withoutUndo(store, id, ids.indexOf(id)),
		}),
	};
});
