import { ArrowLeft, ArrowRight, Ellipsis, Pencil, Trash2 } from "lucide-preact";
import { useState } from "preact/hooks";
import { IconButton } from "../../components/button";
import { Menu, type MenuItem } from "../../components/menu";
import type { Column } from "../../lib/api/types";
import { board as words } from "../../lib/messages/board";
import { ColumnDialog } from "./column-dialog";
import { ColumnRemoval } from "./column-removal";
import { placeColumn } from "./columns";
import type { BoardModel } from "./model";

interface Props {
	column: Column;
	board: BoardModel;
	dragRef: { current: HTMLElement | null };
}

export function ColumnHead({ column, board, dragRef }: Props) {
	const [open, setOpen] = useState<"edit" | "delete" | undefined>(undefined);
	const close = () => setOpen(undefined);
	return (
		<header class="column-head" ref={dragRef}>
			<span class="column-kind" data-kind={column.kind} aria-hidden="true" />
			<h2 class="truncate" title={column.name}>
				{column.name}
			</h2>
			<span class="quiet">{words.kinds[column.kind]}</span>
			<Count column={column} board={board} />
			{board.rights.value.manage && (
				<Menu
					label={words.columnMenu(column.name)}
					items={items(column, board, setOpen)}
					trigger={(props) => <IconButton icon={Ellipsis} label={words.columnMenu(column.name)} {...props} />}
				/>
			)}
			{open === "edit" && <ColumnDialog column={column} board={board} onClose={close} />}
			{open === "delete" && <ColumnRemoval column={column} board={board} onClose={close} />}
		</header>
	);
}

/** How many cards, against the limit; a colour, a sign and a word say that it is full. */
function Count({ column, board }: Omit<Props, "dragRef">) {
	const count = board.store.tasksByColumn.of(column.id).length;
	const limit = column.wip_limit;
	if (limit === null) {
		return (
			<span class="column-count" title={words.count(count)}>
				<span aria-hidden="true">{count}</span>
				<span class="quiet">{words.count(count)}</span>
			</span>
		);
	}
	const full = count >= limit;
	const said = full ? `${words.ofLimit(count, limit)}. ${words.over}.` : words.ofLimit(count, limit);
	return (
		<span class="column-count" data-full={full || undefined} title={said}>
			<span aria-hidden="true">
				{count}/{limit}
			</span>
			<span class="quiet">{said}</span>
		</span>
	);
}

function items(column: Column, board: BoardModel, open: (what: "edit" | "delete") => void): MenuItem[][] {
	const ids = board.columnIds.value;
	const at = ids.indexOf(column.id);
	return [
		[{ label: words.rename, icon: Pencil, run: () => open("edit") }],
		[
			{
				label: words.moveLeft,
				icon: ArrowLeft,
				disabled: at === 0,
				run: () => placeColumn(board, column.id, at - 1),
			},
			{
				label: words.moveRight,
				icon: ArrowRight,
				disabled: at === ids.length - 1,
				run: () => placeColumn(board, column.id, at + 1),
			},
		],
		[{ label: words.deleteColumn, icon: Trash2, danger: true, run: () => open("delete") }],
	];
}
