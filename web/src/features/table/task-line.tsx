import { useComputed } from "@preact/signals";
import { nameOf } from "../../domain/task/names";
import { memo } from "../../ui/memo";
import { CellContent } from "./cell-content";
import { type CellColumn, declared, selector } from "./columns";
import { EstimateEditor } from "./estimate-editor";
import { table as words } from "./messages";
import type { TableModel } from "./model";
import { TitleEditor } from "./title-editor";

interface Props {
	model: TableModel;
	rowKey: string;
	id: string;
	index: number;
	top: number;
	columns: readonly CellColumn[];
}

/** The row of a task. It subscribes to its own task only, so that a change of another one does not render it. */
export const TaskLine = memo(({ model, rowKey, id, index, top, columns }: Props) => (
	<Line key={id} model={model} rowKey={rowKey} id={id} index={index} top={top} columns={columns} />
));

function Line({ model, rowKey, id, index, top, columns }: Props) {
	const task = model.store.tables.tasks.get(id);
	const pending = model.store.tables.tasks.pending(id);
	const stop = useComputed(() =>
		model.stop.value.row === rowKey ? model.stop.value.column : undefined,
	).value;
	const editing = useComputed(() =>
		model.editing.value?.row === rowKey ? model.editing.value : undefined,
	).value;
	const selected = useComputed(() => model.selection.has(id)).value;
	const write = model.rights.value.write;
	if (!task) return null;
	return (
		<div
			role="row"
			class="table-row"
			aria-rowindex={index + 2}
			aria-selected={selected}
			data-row={rowKey}
			data-task={id}
			data-done={task.completed_at !== null || undefined}
			data-pending={pending || undefined}
			style={{ transform: `translateY(${top}px)` }}
		>
			{columns.map((column) => {
				const isEdited = editing?.column === column;
				const edit = column === selector ? undefined : declared[column].edit;
				return (
					<div
						key={column}
						role="gridcell"
						class="table-cell"
						data-column={column}
						data-edited={isEdited || undefined}
						data-number={(column !== selector && declared[column].isNumber) || undefined}
						aria-readonly={column !== selector && (edit === undefined || !write) ? true : undefined}
						tabIndex={stop === column ? 0 : -1}
					>
						{column === selector ? (
							<input
								type="checkbox"
								tabIndex={-1}
								aria-label={words.selectRow(nameOf(model.store, task))}
								checked={selected}
							/>
						) : isEdited && column === "title" ? (
							<TitleEditor model={model} task={task} typed={editing.typed} />
						) : isEdited && column === "estimate" ? (
							<EstimateEditor model={model} task={task} typed={editing.typed} />
						) : (
							<CellContent model={model} task={task} column={column} />
						)}
					</div>
				);
			})}
		</div>
	);
}
