import { useRef } from "preact/hooks";
import type { ColumnDialogKind } from "../../domain/column/actions";
import { Archive } from "./archive";
import { ColumnDialog } from "./column-dialog";
import { DeleteColumn } from "./delete-column";
import type { BoardModel } from "./model";
import { Trash } from "./trash";

/** The dialogs of the archive, of the trash and of columns: they stay open whatever moves on the board. */
export function Dialogs({ board }: { board: BoardModel }) {
	const dialog = board.columnDialog.value;
	const close = () => {
		board.columnDialog.value = undefined;
	};
	for (const [shows, List] of [
		[board.showsArchive, Archive],
		[board.showsTrash, Trash],
	] as const) {
		const closeIt = () => {
			shows.value = false;
		};
		if (shows.value && !board.store.past) return <List board={board} onClose={closeIt} />;
	}
	if (dialog === undefined) return null;
	if (dialog === "create") return <ColumnDialog board={board} onClose={close} />;
	return <OpenColumn key={dialog.id} dialog={dialog} board={board} onClose={close} />;
}

interface OpenColumnProps {
	dialog: { what: ColumnDialogKind; id: string };
	board: BoardModel;
	onClose: () => void;
}

/** A column that is deleted meanwhile keeps its form, with what was typed; saving then says why it cannot be saved. */
function OpenColumn({ dialog, board, onClose }: OpenColumnProps) {
	const now = board.store.tables.columns.get(dialog.id);
	const last = useRef(now);
	if (now) last.current = now;
	if (dialog.what === "delete")
		return now ? <DeleteColumn column={now} board={board} onClose={onClose} /> : null;
	return last.current ? <ColumnDialog column={last.current} board={board} onClose={onClose} /> : null;
}
