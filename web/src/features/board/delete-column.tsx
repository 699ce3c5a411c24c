import { type Column, Problem } from "boardcast";
import { useState } from "preact/hooks";
import { deleteColumn } from "../../domain/column/commands";
import { common } from "../../platform/i18n/common";
import { explain } from "../../platform/i18n/errors";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { SelectField } from "../../ui/field";
import { dialogs } from "./dialogs";
import type { BoardModel } from "./model";

/** Asks before a column is deleted, and where its tasks should go. */
export function DeleteColumn({
	column,
	board,
	onClose,
}: {
	column: Column;
	board: BoardModel;
	onClose: () => void;
}) {
	const others = board.columns.value.filter((other) => other.id !== column.id);
	const count = board.store.tasksByColumn.of(column.id).length;
	const [to, setTo] = useState(others[0]?.id ?? "");
	const [busy, setBusy] = useState(false);
	const [refusal, setRefusal] = useState<string | undefined>(undefined);
	const stuck = count > 0 && others.length === 0;
	const remove = async () => {
		setBusy(true);
		try {
			// Sent also when the column looks empty: it may have archived tasks, which move along.
			await deleteColumn(board.store, column, to || undefined);
			onClose();
		} catch (error) {
			setRefusal(error instanceof Problem ? explain(error) : undefined);
			setBusy(false);
		}
	};
	const footer = (
		<>
			<Button tone="ghost" onClick={onClose}>
				{common.cancel}
			</Button>
			<Button tone="danger" busy={busy} disabled={stuck} onClick={() => void remove()}>
				{dialogs.deleteIt}
			</Button>
		</>
	);
	return (
		<Dialog title={dialogs.deleteColumnTitle(column.name)} onClose={onClose} footer={footer}>
			<div class="stack">
				<p>
					{stuck
						? dialogs.lastColumn
						: count > 0
							? dialogs.deleteColumnMove(count)
							: dialogs.deleteColumnEmpty}
				</p>
				{count > 0 && others.length > 0 && (
					<SelectField
						label={dialogs.moveTasksTo}
						value={to}
						options={others.map(({ id, name }) => ({ value: id, label: name }))}
						onPick={setTo}
					/>
				)}
				{refusal && (
					<p class="field-error" role="alert">
						{refusal}
					</p>
				)}
			</div>
		</Dialog>
	);
}
