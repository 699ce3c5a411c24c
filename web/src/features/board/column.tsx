import { combine } from "@atlaskit/pragmatic-drag-and-drop/combine";
import { draggable, dropTargetForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { autoScrollForElements } from "@atlaskit/pragmatic-drag-and-drop-auto-scroll/element";
import { attachClosestEdge } from "@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge";
import { useComputed } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { board as words } from "../../lib/messages/board";
import { Card } from "./card";
import { ColumnHead } from "./column-head";
import type { BoardModel } from "./model";
import { QuickAdd } from "./quick-add";
import { useWindow } from "./use-window";
import "./column.css";

/** One column: its name, its cards (those in sight), and the way to add one. */
export function Column({ id, board }: { id: string; board: BoardModel }) {
	const section = useRef<HTMLElement>(null);
	const head = useRef<HTMLElement>(null);
	useColumnDrag(section, head, id, board);
	const column = board.store.tables.columns.get(id);
	const target = useComputed(() => board.over.value?.column === id).value;
	const side = useComputed(() =>
		board.overColumn.value?.id === id ? board.overColumn.value.edge : undefined,
	);
	if (!column) return null;
	return (
		<section
			ref={section}
			class="column"
			id={`column-${id}`}
			aria-label={words.column(column.name)}
			data-target={target || undefined}
			data-side={side.value}
		>
			<ColumnHead column={column} board={board} dragRef={head} />
			<Cards id={id} board={board} />
			{board.rights.value.write && <QuickAdd column={column} board={board} />}
		</section>
	);
}

function Cards({ id, board }: { id: string; board: BoardModel }) {
	const scroller = useRef<HTMLDivElement>(null);
	const ids = board.shown(id);
	const lifted = useComputed(() => board.lifted.value?.id).value;
	const list = useWindow({
		scroller,
		ids,
		// The first one, because Tab stops there.
		kept: [ids[0], board.dragging.value, board.focus.held.value, lifted, board.editing.value],
	});
	const end = useComputed(() => board.over.value?.column === id && board.over.value.card === undefined).value;
	useEffect(
		() => board.focus.column(id, (index) => list.scrollToIndex(index, { align: "auto" })),
		[id, board, list],
	);
	useEffect(() => listTarget(scroller.current), []);
	useLayoutEffect(() => board.focus.restore());
	return (
		<div ref={scroller} class="column-cards" data-end={end || undefined}>
			{ids.length === 0 && <None board={board} />}
			<ul class="column-list" style={{ blockSize: `${list.getTotalSize()}px` }}>
				{list.getVirtualItems().map((item) => {
					const task = ids[item.index];
					return (
						task !== undefined && (
							<li
								key={task}
								ref={list.measureElement}
								data-index={item.index}
								class="column-slot"
								aria-setsize={ids.length}
								aria-posinset={item.index + 1}
								style={{ transform: `translateY(${item.start}px)` }}
							>
								<Card id={task} board={board} />
							</li>
						)
					);
				})}
			</ul>
		</div>
	);
}

function None({ board }: { board: BoardModel }) {
	if (board.filtering.value) return <p class="column-none">{words.nothingMatches}</p>;
	return (
		<div class="column-none">
			<p>{words.columnEmpty}</p>
			{board.rights.value.write && <p>{words.columnEmptyHint}</p>}
		</div>
	);
}

function listTarget(element: HTMLElement | null) {
	if (!element) return undefined;
	return autoScrollForElements({
		element,
		getAllowedAxis: () => "vertical",
		canScroll: ({ source }) => "card" in source.data,
	});
}

/** The whole column takes cards; its head moves it among the others. */
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
		const target = dropTargetForElements({
			element,
			canDrop: ({ source }) => "card" in source.data || "column" in source.data,
			getData: ({ input, element, source }) =>
				"card" in source.data
					? { list: id }
					: attachClosestEdge({ beside: id }, { input, element, allowedEdges: ["left", "right"] }),
		});
		if (!manage) return target;
		return combine(target, draggable({ element: handle, getInitialData: () => ({ column: id }) }));
	}, [id, write, manage]);
}
