import { Columns3 } from "lucide-preact";
import { useState } from "preact/hooks";
import { columnCommands } from "../../domain/column/commands-later";
import { perform } from "../../platform/actions";
import { Button } from "../../ui/button";
import { Empty } from "../../ui/empty";
import { dialogs } from "./dialogs";
import { board as words } from "./messages";
import type { BoardModel } from "./model";

/** In place of an empty board: what columns are, and a button that creates the usual three. */
export function NewBoard({ board }: { board: BoardModel }) {
	const [busy, setBusy] = useState(false);
	if (!board.rights.value.manage) {
		return (
			<Empty icon={Columns3} title={dialogs.empty}>
				{dialogs.emptyReader}
			</Empty>
		);
	}
	const start = () => {
		setBusy(true);
		columnCommands
			.use(async ({ createColumn }) => {
				for (const [name, kind] of dialogs.basic) await createColumn(board.store, { name, kind });
			})
			.finally(() => setBusy(false));
	};
	const action = (
		<div class="board-first">
			<Button tone="primary" busy={busy} onClick={start}>
				{dialogs.startBasic}
			</Button>
			<Button onClick={() => perform("column.create")}>{words.addColumn}</Button>
		</div>
	);
	return (
		<Empty icon={Columns3} title={dialogs.empty} action={action}>
			{dialogs.emptyHint}
		</Empty>
	);
}
