import { useComputed } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { useInTurn } from "../../platform/use-turn";
import { Card } from "./card";
import { laneOfList } from "./lists";
import { board as words } from "./messages";
import type { BoardModel } from "./model";
import { useColumnScroll } from "./scroll";
import { useVirtualList } from "./use-virtual-list";
import { withDnd } from "./with-dnd";

/** The cards of a list that are in sight. */
export function Cards({ id, board }: { id: string; board: BoardModel }) {
	const scroller = useRef<HTMLDivElement>(null);
	// Another filter changes all columns: each follows in a task of its own.
	const ids = useInTurn(board.shown(id), board.filter.value);
	const { dragging, focus, lifted, editing } = board;
	const moved = useComputed(() => lifted.value?.id).value;
	const list = useVirtualList({
		scroller,
		ids,
		// The first card too, because Tab stops at it.
		kept: [ids[0], dragging.value?.id, focus.focused.value, moved, editing.value?.id],
	});
	const end = useComputed(() => board.over.value?.list === id && board.over.value.card === undefined).value;
	useEffect(() => board.focus.list(id, (index) => list.scrollToIndex(index)), [id, board, list]);
	useColumnScroll(board.store.id, id, scroller, list, ids);
	useEffect(() => listTarget(scroller.current), []);
	useLayoutEffect(() => board.focus.restore());
	return (
		<div ref={scroller} class="column-cards" data-end={end || undefined}>
			{ids.length === 0 && <None id={id} board={board} />}
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
								<Card id={task} list={id} board={board} />
							</li>
						)
					);
				})}
			</ul>
		</div>
	);
}

function None({ id, board }: { id: string; board: BoardModel }) {
	// The head says how many there are; that nothing matches at all is said once, above the board.
	if (board.filter.isSet || laneOfList(id) !== undefined) return null;
	return (
		<div class="column-none">
			<p>{words.columnEmpty}</p>
			{board.rights.value.write && <p>{words.columnEmptyHint}</p>}
			{board.rights.value.write && isBare(id, board) && <p class="column-keys">{words.keysHint}</p>}
		</div>
	);
}

/** Only the first column of an empty board says something of keys. */
function isBare(id: string, board: BoardModel): boolean {
	return board.store.tables.tasks.size === 0 && board.columnIds.value[0] === id;
}

function listTarget(element: HTMLElement | null) {
	if (!element) return undefined;
	return withDnd(({ autoScrollForElements }) =>
		autoScrollForElements({
			element,
			getAllowedAxis: () => "vertical",
			canScroll: ({ source }) => "card" in source.data,
		}),
	);
}
