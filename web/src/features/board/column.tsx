import { useComputed } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { useTurn } from "../../platform/use-turn";
import { Cards } from "./cards";
import { ColumnHead } from "./column-head";
import { Folded } from "./folded";
import { board as words } from "./messages";
import type { BoardModel } from "./model";
import { QuickAdd } from "./quick-add";
import { withDnd } from "./with-dnd";
import "./column.css";

interface Props {
	id: string;
	board: BoardModel;
}

export function Column({ id, board }: Props) {
	const column = board.store.tables.columns.get(id);
	if (column && board.display.isFolded("columns", id)) return <Folded column={column} board={board} />;
	return <Unfolded id={id} board={board} />;
}

/** One column: its name, the cards that are in sight, and the field to add one. */
function Unfolded({ id, board }: Props) {
	const section = useRef<HTMLElement>(null);
	const head = useRef<HTMLElement>(null);
	useColumnDrag(section, head, id, board);
	const column = board.store.tables.columns.get(id);
	// A board appears column by column: with many cards in sight it would freeze the page.
	const isDrawn = useTurn(board.columnIds.peek()[0] === id);
	const target = useComputed(() => board.over.value?.list === id).value;
	const side = useComputed(() =>
		board.overColumn.value?.id === id ? board.overColumn.value.edge : undefined,
	);
	if (!column) return null;
	return (
		<section
			ref={section}
			class="column"
			id={`column-${id}`}
			data-column={id}
			aria-label={words.column(column.name)}
			data-target={target || undefined}
			data-side={side.value}
			onPointerEnter={() => {
				board.hoveredColumn = id;
			}}
			onPointerLeave={() => {
				if (board.hoveredColumn === id) board.hoveredColumn = undefined;
			}}
		>
			<ColumnHead column={column} board={board} dragRef={head} />
			{isDrawn ? <Cards id={id} board={board} /> : <div class="column-cards" />}
			{board.rights.value.write && <QuickAdd column={column} board={board} />}
		</section>
	);
}

/** Cards can be dropped on the whole column; dragging its head moves the column. */
function useColumnDrag(
	section: { current: HTMLElement | null },
	head: { current: HTMLElement | null },
	id: string,
	board: BoardModel,
): void {
	const { write, manage } = board.rights.value;
	useEffect(() => {
		const element = section.current;
		const handle = head.current;
		if (!element || !handle || !write) return undefined;
		return withDnd(({ attachClosestEdge, combine, draggable, dropTargetForElements }) => {
			const target = dropTargetForElements({
				element,
				canDrop: ({ source }) => "card" in source.data || "column" in source.data,
				getData: ({ input, element, source }) =>
					"card" in source.data
						? { list: id }
						: attachClosestEdge({ columnTarget: id }, { input, element, allowedEdges: ["left", "right"] }),
			});
			if (!manage) return target;
			return combine(target, draggable({ element: handle, getInitialData: () => ({ column: id }) }));
		});
	}, [id, write, manage]);
}
