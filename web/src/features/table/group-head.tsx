import { useComputed } from "@preact/signals";
import { ChevronDown, ChevronRight } from "lucide-preact";
import type { GroupRow } from "../../domain/task/grouped-rows";
import { table as words } from "./messages";
import type { TableModel } from "./model";

interface Props {
	model: TableModel;
	row: GroupRow;
	index: number;
	top: number;
}

/** The head of a group: a press shows or hides its tasks. */
export function GroupHead({ model, row, index, top }: Props) {
	const isStop = useComputed(() => model.stop.value.row === row.key).value;
	const Arrow = row.open ? ChevronDown : ChevronRight;
	return (
		<div
			role="row"
			class="table-row table-group"
			aria-rowindex={index + 2}
			data-row={row.key}
			style={{ transform: `translateY(${top}px)` }}
		>
			<div
				role="gridcell"
				class="table-group-cell"
				aria-colspan={model.columns.value.length}
				aria-expanded={row.open}
				tabIndex={isStop ? 0 : -1}
			>
				<Arrow size={16} aria-hidden="true" />
				<span class="truncate" dir="auto">
					{row.name}
				</span>
				<span class="soft">{words.count(row.count)}</span>
			</div>
		</div>
	);
}
