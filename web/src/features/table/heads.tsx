import { useComputed } from "@preact/signals";
import { ArrowDown, ArrowUp } from "lucide-preact";
import { announce } from "../../platform/announce";
import { type CellColumn, type ColumnId, declared, selector } from "./columns";
import { table as words } from "./messages";
import { headRow, type TableModel } from "./model";

/** The heads of the columns: a press sorts, the edge changes the width. `stop` is the one at which Tab stops. */
export function Heads({ model, stop }: { model: TableModel; stop: CellColumn | undefined }) {
	return (
		<div role="rowgroup" class="table-heads">
			<div role="row" class="table-row" aria-rowindex={1} data-row={headRow}>
				{model.columns.value.map((column) =>
					column === selector ? (
						<SelectAll key={column} model={model} isStop={stop === column} />
					) : (
						<Head key={column} column={column} model={model} isStop={stop === column} />
					),
				)}
			</div>
		</div>
	);
}

function SelectAll({ model, isStop }: { model: TableModel; isStop: boolean }) {
	const count = useComputed(
		() => new Set(model.rows.value.flatMap((r) => (r.kind === "task" ? r.id : []))).size,
	);
	const all = model.selection.size > 0 && model.selection.size >= count.value;
	return (
		<div
			role="columnheader"
			class="table-head table-select"
			data-column={selector}
			tabIndex={isStop ? 0 : -1}
		>
			<input
				type="checkbox"
				tabIndex={-1}
				aria-label={words.selectAll}
				checked={all}
				onChange={() => (all ? model.selection.clear() : model.selection.all())}
			/>
		</div>
	);
}

function Head({ column, model, isStop }: { column: ColumnId; model: TableModel; isStop: boolean }) {
	const sort = model.sort.value;
	const how = sort?.column !== column ? "none" : sort.descending ? "descending" : "ascending";
	const Arrow = how === "descending" ? ArrowDown : ArrowUp;
	return (
		<div
			role="columnheader"
			class="table-head"
			data-column={column}
			data-number={declared[column].isNumber || undefined}
			aria-sort={how}
			aria-description={isStop ? words.headHint : undefined}
			tabIndex={isStop ? 0 : -1}
		>
			<span class="truncate">{words.columns[column]}</span>
			{how !== "none" && <Arrow size={14} aria-hidden="true" />}
			<span
				class="table-grip"
				aria-hidden="true"
				title={words.resize(words.columns[column])}
				onPointerDown={(event) => drag(model, column, event)}
				onDblClick={() => model.settings.resize(column, undefined)}
				onClick={(event) => event.stopPropagation()}
			/>
		</div>
	);
}

export function sortBy(model: TableModel, column: ColumnId): void {
	const sort = model.sortBy(column);
	const how = !sort ? "none" : sort.descending ? "descending" : "ascending";
	announce(words.sortedBy(words.columns[column], words.sorted[how]));
}

/** One step of the keyboard, in rem. */
const step = 1;

export function widen(model: TableModel, column: ColumnId, by: 1 | -1): void {
	model.settings.resize(column, model.settings.width(column) + by * step);
	announce(words.resized(words.columns[column], Math.round(model.settings.width(column) * remNow())));
}

const remNow = () => Number.parseFloat(getComputedStyle(document.documentElement).fontSize);

/** The pointer holds the edge of a column. */
function drag(model: TableModel, column: ColumnId, event: PointerEvent): void {
	const grip = event.currentTarget as HTMLElement;
	event.preventDefault();
	event.stopPropagation();
	grip.setPointerCapture(event.pointerId);
	const [from, before, rem] = [event.clientX, model.settings.width(column), remNow()];
	const side = getComputedStyle(grip).direction === "rtl" ? -1 : 1;
	const move = ({ clientX }: PointerEvent) =>
		model.settings.resize(column, before + (side * (clientX - from)) / rem);
	const end = () => grip.removeEventListener("pointermove", move);
	grip.addEventListener("pointermove", move);
	grip.addEventListener("lostpointercapture", end, { once: true });
}
