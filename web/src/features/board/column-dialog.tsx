import { type Column, type ColumnKind, limits } from "boardcast";
import { useState } from "preact/hooks";
import { createColumn, editColumn } from "../../domain/column/commands";
import { column as columnWords } from "../../domain/column/messages";
import { useLastEditor } from "../../live/use-last-editor";
import { within } from "../../platform/within";
import { SelectField, TextField } from "../../ui/field";
import { FormDialog } from "../../ui/form-dialog";
import { useForm } from "../../ui/use-form";
import { useTypedFields } from "../../ui/use-typed-fields";
import { dialogs } from "./dialogs";
import { board as words } from "./messages";
import type { BoardModel } from "./model";

interface Props {
	/** Absent: the dialog creates a new column. */
	column?: Column;
	board: BoardModel;
	onClose: () => void;
}

const kinds: readonly ColumnKind[] = ["backlog", "active", "done"];

const fresh = {
	name: "",
	wip_limit: null,
	kind: "active" as ColumnKind,
	archive_after_days: null,
	version: 0,
};

type Fields = Pick<Column, "name" | "wip_limit" | "kind" | "archive_after_days">;

export function ColumnDialog({ column, board, onClose }: Props) {
	const fields = useTypedFields<Fields>(column ?? fresh);
	const limit = useNumber(fields, "wip_limit", limits.NewColumn.wip_limit);
	const days = useNumber(fields, "archive_after_days", limits.NewColumn.archive_after_days);
	const form = useForm(async () => {
		if (limit.isWrong || days.isWrong) return;
		await fields.send(async ({ name, ...rest }, base) => {
			const changes = { ...(name === undefined ? {} : { name: name.trim() }), ...rest };
			if (!column) await createColumn(board.store, { name: "", kind: fresh.kind, ...changes });
			else if (fields.dirty) await editColumn(board.store, column, changes, base);
		});
		onClose();
	});
	const editor = useLastEditor(board.store, "columns", column?.id ?? "");
	const theirs = (field: keyof Fields, text: string) =>
		fields.isContested(field) ? dialogs.theirs(text, editor(field)) : undefined;
	const title = column ? dialogs.editColumn : words.addColumn;
	return (
		<FormDialog title={title} form={form} submit={column ? dialogs.save : words.addColumn} onClose={onClose}>
			<TextField
				label={dialogs.columnName}
				required
				autofocus
				maxLength={limits.NewColumn.name.maxLength}
				value={fields.value("name")}
				onText={(name) => fields.type("name", name)}
				error={form.error("name") ?? theirs("name", column?.name ?? "")}
			/>
			<TextField
				label={dialogs.limit}
				hint={dialogs.limitHint}
				inputMode="numeric"
				{...limit.field}
				error={
					limit.isWrong
						? dialogs.limitWrong(limits.NewColumn.wip_limit)
						: (form.error("wip_limit") ??
							theirs("wip_limit", column?.wip_limit?.toString() ?? dialogs.noLimit))
				}
			/>
			<SelectField
				label={dialogs.kind}
				hint={dialogs.kindHint}
				value={fields.value("kind")}
				options={kinds.map((value) => ({ value, label: columnWords.kinds[value] }))}
				onPick={(value) => fields.type("kind", value as ColumnKind)}
				error={theirs("kind", columnWords.kinds[column?.kind ?? "active"])}
			/>
			<TextField
				label={dialogs.quiet}
				hint={dialogs.quietHint}
				inputMode="numeric"
				{...days.field}
				error={
					days.isWrong
						? dialogs.limitWrong(limits.NewColumn.archive_after_days)
						: (form.error("archive_after_days") ??
							theirs("archive_after_days", column?.archive_after_days?.toString() ?? dialogs.never))
				}
			/>
		</FormDialog>
	);
}

/** A field for a whole number or nothing. */
function useNumber(
	fields: ReturnType<typeof useTypedFields<Fields>>,
	name: "wip_limit" | "archive_after_days",
	bounds: { minimum: number; maximum: number },
) {
	const [text, setText] = useState<string | null>(null);
	const shown = text ?? fields.value(name)?.toString() ?? "";
	const number = shown.trim() === "" ? null : Number(shown);
	return {
		isWrong: number !== null && !(Number.isInteger(number) && within(number, bounds)),
		field: {
			value: shown,
			onText: (next: string) => {
				setText(next);
				fields.type(name, next.trim() === "" ? null : Number(next));
			},
		},
	};
}
