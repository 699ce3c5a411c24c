import { announce } from "../../lib/announce";
import { api, body } from "../../lib/api/client";
import type { Column, ColumnKind } from "../../lib/api/types";
import { newKey } from "../../lib/ids";
import { board as words } from "../../lib/messages/board";
import { keyAfter } from "../../lib/tasks/places";
import type { BoardModel } from "./model";

export interface ColumnFields {
	name: string;
	wip_limit: number | null;
	kind: ColumnKind;
}

/** Not optimistic: a form waits for the answer and shows what is wrong beside its fields. */
export function createColumn(board: BoardModel, fields: Partial<ColumnFields> & { name: string }) {
	return body(
		api.POST("/projects/{project}/columns", {
			params: { path: { project: board.store.id } },
			headers: { "Idempotency-Key": newKey() },
			body: fields,
		}),
	);
}

export function patchColumn(board: BoardModel, column: Column, changes: Partial<ColumnFields>) {
	return body(
		api.PATCH("/projects/{project}/columns/{column}", {
			params: { path: { project: board.store.id, column: column.id } },
			headers: { "Idempotency-Key": newKey(), "If-Match": `"${column.version}"` },
			body: changes,
		}),
	);
}

export function deleteColumn(board: BoardModel, column: Column, moveTo: string | undefined) {
	return body(
		api.DELETE("/projects/{project}/columns/{column}", {
			params: {
				path: { project: board.store.id, column: column.id },
				...(moveTo ? { query: { move_to: moveTo } } : {}),
			},
			headers: { "Idempotency-Key": newKey() },
		}),
	);
}

/** Put a column at `index` among the others. */
export function placeColumn(board: BoardModel, id: string, index: number): void {
	const column = board.store.tables.columns.peek(id);
	const others = board.columnIds.peek().filter((other) => other !== id);
	const after = others[index - 1] ?? null;
	if (!column || others.toSpliced(index, 0, id).join() === board.columnIds.peek().join()) return;
	board.store.edit({
		lane: "columns",
		failure: () => words.couldNotChangeColumn(column.name),
		effect: (view) => {
			const position = keyAfter(view.all("columns"), id, after);
			return { changes: { columns: [{ id, position }] } };
		},
		send: (key) =>
			body(
				api.PUT("/projects/{project}/columns/{column}/position", {
					params: { path: { project: board.store.id, column: id } },
					headers: { "Idempotency-Key": key },
					body: { after },
				}),
			),
	});
	announce(words.columnAt(column.name, index + 1, others.length + 1));
}
