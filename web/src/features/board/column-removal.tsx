import { useState } from "preact/hooks";
import { Button } from "../../components/button";
import { Dialog } from "../../components/dialog";
import { SelectField } from "../../components/field";
import { Problem } from "../../lib/api/problem";
import type { Column } from "../../lib/api/types";
import { board as words } from "../../lib/messages/board";
import { common } from "../../lib/messages/common";
import { explain } from "../../lib/messages/errors";
import { deleteColumn } from "./columns";
import type { BoardModel } from "./model";

/** A column goes; its tasks go where somebody says. */
export function ColumnRemoval({
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
			// Archived tasks move along, too: named even when the column looks empty.
			await deleteColumn(board, column, to || undefined);
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
				{words.deleteIt}
			</Button>
		</>
	);
	return (
		<Dialog title={words.deleteColumnTitle(column.name)} onClose={onClose} footer={footer}>
			<div class="stack">
				<p>
					{stuck ? words.lastColumn : count > 0 ? words.deleteColumnMove(count) : words.deleteColumnEmpty}
				</p>
				{count > 0 && others.length > 0 && (
					<SelectField
						label={words.moveTasksTo}
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
