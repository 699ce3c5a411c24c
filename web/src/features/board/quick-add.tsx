import { useComputed } from "@preact/signals";
import type { Column } from "boardcast";
import { Plus } from "lucide-preact";
import { Button } from "../../ui/button";
import { QuickForm } from "./later";
import { board as words } from "./messages";
import type { BoardModel } from "./model";
import { draftOf } from "./quick-draft";

interface Props {
	column: Column;
	/** The list at whose foot it is; the whole column by default. */
	list?: string;
	board: BoardModel;
}

/** At the foot of a column: Enter adds a task and keeps the field open. A pasted list is offered as many tasks. */
export function QuickAdd({ column, list = column.id, board }: Props) {
	const open = useComputed(() => board.adding.value === list).value;
	if (open) return <QuickForm column={column} list={list} board={board} />;
	const left = draftOf(column.id);
	return (
		<Button
			tone="ghost"
			class="quick-open"
			icon={Plus}
			aria-label={left ? words.goOnAdding(column.name, left) : words.addTo(column.name)}
			onClick={() => {
				board.adding.value = list;
			}}
		>
			{left ? (
				<span class="truncate" dir="auto">
					{left}
				</span>
			) : (
				words.add
			)}
		</Button>
	);
}
