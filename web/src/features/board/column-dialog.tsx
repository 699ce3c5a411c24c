import { useState } from "preact/hooks";
import { Button } from "../../components/button";
import { Dialog } from "../../components/dialog";
import { SelectField, TextField } from "../../components/field";
import { Problem } from "../../lib/api/problem";
import type { Column, ColumnKind } from "../../lib/api/types";
import { board as words } from "../../lib/messages/board";
import { common } from "../../lib/messages/common";
import { explain } from "../../lib/messages/errors";
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
	const [busy, setBusy] = useState(false);
	const [problem, setProblem] = useState<Problem | undefined>(undefined);
	const number = limit.trim() === "" ? null : Number(limit);
	const wrong = number !== null && !(Number.isInteger(number) && number >= 1 && number <= 10_000);
	const submit = async (event: SubmitEvent) => {
		event.preventDefault();
		if (busy || wrong) return;
		setBusy(true);
		const fields = { name: name.trim(), wip_limit: number, kind };
		try {
			await (column ? patchColumn(board, column, fields) : createColumn(board, fields));
			onClose();
		} catch (error) {
			setProblem(error instanceof Problem ? error : new Problem(0, { code: "internal" }));
			setBusy(false);
		}
	};
	const footer = (
		<>
			<Button tone="ghost" onClick={onClose}>
				{common.cancel}
			</Button>
			<Button tone="primary" type="submit" form="column" busy={busy}>
				{column ? words.save : words.addColumn}
			</Button>
		</>
	);
	return (
		<Dialog title={column ? words.editColumn : words.addColumn} onClose={onClose} footer={footer}>
			<form id="column" class="stack" onSubmit={(event) => void submit(event)}>
				<TextField
					label={words.columnName}
					required
					autofocus
					maxLength={100}
					value={name}
					onText={setName}
					error={problem?.field("name")}
				/>
				<TextField
					label={words.limit}
					hint={words.limitHint}
					inputMode="numeric"
					value={limit}
					onText={setLimit}
					error={wrong ? words.limitWrong : problem?.field("wip_limit")}
				/>
				<SelectField
					label={words.kind}
					hint={words.kindHint}
					value={kind}
					options={kinds.map((value) => ({ value, label: words.kinds[value] }))}
					onPick={(value) => setKind(value as ColumnKind)}
				/>
				{problem && problem.errors.length === 0 && (
					<p class="field-error" role="alert">
						{explain(problem)}
					</p>
				)}
			</form>
		</Dialog>
	);
}
