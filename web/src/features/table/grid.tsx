import { useComputed } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { narrow } from "../../platform/narrow";
import { useClipboard } from "./clipboard";
import { selector, widths } from "./columns";
import { useFinder } from "./finder";
import { GroupHead } from "./group-head";
import { Heads } from "./heads";
import { onKeyDown } from "./keys";
import { table as words } from "./messages";
import { cellElement, headRow, type TableModel } from "./model";
import { useMouse } from "./mouse";
import { TaskLine } from "./task-line";
import { useRowHeight, useWindow } from "./window";

/** The rows that are in sight, below the heads of their columns. Not a `<table>`: only some of the rows are drawn. */
export function Grid({ model }: { model: TableModel }) {
	const scroller = useRef<HTMLDivElement>(null);
	const finder = useRef<HTMLDivElement>(null);
	const height = useRowHeight();
	const rows = model.rows.value;
	const columns = model.columns.value;
	const range = useWindow(model, scroller, rows.length, height);
	const stop = model.stop.value;
	const kept = useComputed(() => model.places.value.get(model.stop.value.row)).value;
	useFinder(model, finder, range, height);
	useFocus(model);
	useClipboard(model, scroller);
	const mouse = useMouse(model);
	const drawn = rows.map((_, index) => index).slice(range.first, range.end);
	// The row that has the focus keeps it, wherever the table is scrolled.
	if (kept !== undefined && (kept < range.first || kept >= range.end)) drawn.push(kept);
	// On a phone the titles stay, and leave room for what belongs to them.
	const template = columns.map((id) =>
		id === selector
			? widths.selector
			: narrow.value && id === "title"
				? Math.min(model.settings.width(id), widths.titleOnPhone)
				: model.settings.width(id),
	);
	const isPinned = columns.indexOf("title");
	return (
		<div
			ref={scroller}
			class="table-scroll"
			data-touched={model.selection.size > 0 || undefined}
			style={{
				"--columns": template.map((width) => `${width}rem`).join(" "),
				"--row": `${height}px`,
				"--pinned": `${template[isPinned]}rem`,
			}}
		>
			<div
				role="grid"
				class="table-grid"
				tabIndex={-1}
				aria-label={words.name}
				aria-describedby="table-keys"
				aria-rowcount={rows.length + 1}
				aria-colcount={columns.length}
				aria-multiselectable="true"
				onKeyDown={(event) => onKeyDown(model, event)}
				{...mouse}
			>
				<Heads model={model} stop={stop.row === headRow ? stop.column : undefined} />
				<div role="rowgroup" class="table-body" style={{ blockSize: `${rows.length * height}px` }}>
					{drawn.map((index) => {
						const row = rows[index];
						if (!row) return null;
						const top = index * height;
						return row.kind === "group" ? (
							<GroupHead key={row.key} model={model} row={row} index={index} top={top} />
						) : (
							<TaskLine
								key={row.key}
								model={model}
								rowKey={row.key}
								id={row.id}
								index={index}
								top={top}
								columns={columns}
							/>
						);
					})}
				</div>
			</div>
			<div ref={finder} class="table-finder" aria-hidden="true" />
		</div>
	);
}

/** Scrolls sideways, as little as it takes to have a cell beside the titles, which stay. */
function showAcross(cell: HTMLElement): void {
	const scroller = cell.closest(".table-scroll");
	const pinned = cell.parentElement?.querySelector(':scope > [data-column="title"]');
	if (!scroller || !pinned || pinned === cell) return;
	const [box, view, titles] = [cell, scroller, pinned].map((one) => one.getBoundingClientRect());
	if (!box || !view || !titles) return;
	const isRtl = getComputedStyle(scroller).direction === "rtl";
	const [from, to] = isRtl ? [view.left, titles.left] : [titles.right, view.left + scroller.clientWidth];
	// Those before the titles lie under them once the table is scrolled.
	if (cell.compareDocumentPosition(pinned) & Node.DOCUMENT_POSITION_FOLLOWING) scroller.scrollLeft = 0;
	else if (box.left < from) scroller.scrollLeft -= from - box.left;
	else if (box.right > to) scroller.scrollLeft += box.right - to;
}

/** The focus follows the place that the keys have moved to, and stays in the table when its cell goes. */
function useFocus(model: TableModel): void {
	useLayoutEffect(() => {
		if (!model.hasFocus || model.editing.value || model.panel.value) return;
		const { row, column } = model.stop.peek();
		const cell = cellElement(row, column);
		if (!cell || cell === document.activeElement) return;
		cell.focus({ preventScroll: true });
		showAcross(cell);
	});
	// Rendered again, and so looked at again, when any of them changes.
	model.at.value;
	useEffect(() => {
		const onFocus = ({ target }: FocusEvent) => {
			model.hasFocus = target instanceof Element && target.closest(".table-grid, [popover]") !== null;
		};
		const onPress = ({ target }: PointerEvent) => {
			if (target instanceof Element && !target.closest(".table-grid, [popover]")) model.hasFocus = false;
		};
		document.addEventListener("focusin", onFocus);
		document.addEventListener("pointerdown", onPress);
		return () => {
			document.removeEventListener("focusin", onFocus);
			document.removeEventListener("pointerdown", onPress);
		};
	}, [model]);
}
