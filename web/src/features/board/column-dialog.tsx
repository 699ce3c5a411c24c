import { useState } from "preact/hooks";
import { SelectField, TextField } from "../../components/field";
import { useForm } from "../../components/form";
import { FormDialog } from "../../components/form-dialog";
import type { Column, ColumnKind } from "../../lib/api/types";
import { board as words } from "../../lib/messages/board";
import { createColumn, patchColumn } from "./columns";
import type { BoardModel } from "./model";

interface Props {
	/** Absent: a new one. */
	column?: Column;
	board: BoardModel;
	onClose: () => void;
}

const kinds: readonly ColumnKind[] = ["backlog", "active", "done"];

export function ColumnDialog({ column, board, onClose }: Props) {
	const [name, setName] = useState(column?.name ?? "");
	const [limit, setLimit] = useState(column?.wip_limit?.toString() ?? "");
	const [kind, setKind] = useState<ColumnKind>(column?.kind ?? "active");
	const number = limit.trim() === "" ? null : Number(limit);
	const wrong = number !== null && !(Number.isInteger(number) && number >= 1 && number <= 10_000);
	const form = useForm(async () => {
		if (wrong) return;
		const fields = { name: name.trim(), wip_limit: number, kind };
		await (column ? patchColumn(board, column, fields) : createColumn(board, fields));
		onClose();
	});
	const title = column ? words.editColumn : words.addColumn;
	return (
		<FormDialog title={title} form={form} submit={column ? words.save : words.addColumn} onClose={onClose}>
			<TextField
				label={words.columnName}
				required
				autofocus
				maxLength={100}
				value={name}
				onText={setName}
				error={form.error("name")}
			/>
			<TextField
				label={words.limit}
				hint={words.limitHint}
				inputMode="numeric"
				value={limit}
				onText={setLimit}
				error={wrong ? words.limitWrong : form.error("wip_limit")}
			/>
			<SelectField
				label={words.kind}
				hint={words.kindHint}
				value={kind}
				options={kinds.map((value) => ({ value, label: words.kinds[value] }))}
				onPick={(value) => setKind(value as ColumnKind)}
			/>
		</FormDialog>
	);
}
