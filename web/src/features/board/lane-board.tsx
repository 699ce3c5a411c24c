import { useComputed } from "@preact/signals";
import { ChevronDown, ChevronRight } from "lucide-preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { PriorityMark } from "../../domain/task/priority-mark";
import { Avatar } from "../../ui/avatar";
import { Dot } from "../../ui/chip";
import { Cards } from "./cards";
import { ColumnHead } from "./column-head";
import { Folded } from "./folded";
import { lanes as words } from "./lane-words";
import type { Lane, Lanes } from "./lanes";
import { laneOfList, listOf } from "./lists";
import type { BoardModel } from "./model";
import { QuickAdd } from "./quick-add";
import { useListTarget } from "./use-list-target";
import "./lane-board.css";

interface Props {
	board: BoardModel;
	lanes: Lanes;
}

/** The board in lanes: the heads of the columns on top, and below each other the lanes with a list for each column. */
export function LaneBoard({ board, lanes }: Props) {
	return (
		<div class="lanes">
			<div class="lanes-heads">
				{board.columnIds.value.map((id) => (
					<Head key={id} id={id} board={board} />
				))}
			</div>
			{lanes.shown.value.map((lane) => (
				<LaneRow key={lane.key} lane={lane} board={board} lanes={lanes} />
			))}
		</div>
	);
}

function Head({ id, board }: { id: string; board: BoardModel }) {
	const head = useRef<HTMLElement>(null);
	const column = board.store.tables.columns.get(id);
	if (!column) return null;
	if (board.display.isFolded("columns", id)) return <Folded column={column} board={board} />;
	return (
		<div class="lanes-head" id={`column-${id}`} data-column={id}>
			<ColumnHead column={column} board={board} dragRef={head} />
		</div>
	);
}

interface LaneProps extends Props {
	lane: Lane;
}

function LaneRow({ lane, board, lanes }: LaneProps) {
	const section = useRef<HTMLElement>(null);
	const name = `${lanes.by} ${lane.key}`;
	const isOpen = !board.display.isFolded("lanes", name);
	const isNear = useNear(section);
	// The arrow keys may lead into a lane that was not in sight yet.
	const hasFocus = useComputed(() => {
		const list = board.focus.focusedList.value;
		return list !== undefined && laneOfList(list) === lane.key;
	}).value;
	const count = lanes.count(lane.key);
	const Icon = isOpen ? ChevronDown : ChevronRight;
	return (
		<section ref={section} class="lane" aria-label={words.lane(lane.name, count)} data-lane={lane.key}>
			<h2 class="lane-title">
				<button
					type="button"
					class="lane-toggle"
					aria-expanded={isOpen}
					onClick={() => board.display.fold("lanes", name)}
				>
					<Icon size={16} aria-hidden="true" />
					<Picture lane={lane} board={board} lanes={lanes} />
					<span class="truncate" dir="auto">
						{lane.name}
					</span>
					<span class="column-count">{count}</span>
				</button>
			</h2>
			{isOpen && (
				<div class="lane-cells" data-waits={!isNear && !hasFocus ? "" : undefined}>
					{board.columnIds.value.map((id) => (
						<Cell key={id} column={id} lane={lane} board={board} isDrawn={isNear || hasFocus} />
					))}
				</div>
			)}
		</section>
	);
}

function Picture({ lane, board, lanes }: LaneProps) {
	if (lane.key === "none" && lanes.by !== "priority") return null;
	if (lanes.by === "assignee") return <Avatar id={lane.key} name={lane.name} size="s" decorative />;
	if (lanes.by === "label") return <Dot colour={board.store.tables.labels.get(lane.key)?.colour ?? ""} />;
	return lanes.by === "priority" ? <PriorityMark priority={lane.key as "none"} decorative /> : null;
}

interface CellProps {
	column: string;
	lane: Lane;
	board: BoardModel;
	isDrawn: boolean;
}

function Cell({ column: id, lane, board, isDrawn }: CellProps) {
	const ref = useRef<HTMLDivElement>(null);
	const list = listOf(id, lane.key);
	const column = board.store.tables.columns.get(id);
	const isTarget = useComputed(() => board.over.value?.list === list).value;
	const { write } = board.rights.value;
	const isFolded = board.display.isFolded("columns", id);
	useListTarget(ref, list, write);
	if (!column) return null;
	return (
		// biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields
		<div
			ref={ref}
			role="group"
			class="lane-cell"
			data-list={list}
			data-column={id}
			data-folded={isFolded || undefined}
			data-target={isTarget || undefined}
			aria-label={words.list(column.name, lane.name)}
		>
			{!isFolded && isDrawn && (
				<>
					<Cards id={list} board={board} />
					{write && <QuickAdd column={column} list={list} board={board} />}
				</>
			)}
		</div>
	);
}

/** Whether an element was near to what is in sight: a project with many lanes draws only those. */
function useNear(ref: { current: HTMLElement | null }): boolean {
	const [isNear, setNear] = useState(false);
	useEffect(() => {
		const element = ref.current;
		if (!element || isNear) return undefined;
		const observer = new IntersectionObserver(
			(entries) => {
				if (entries.some(({ isIntersecting }) => isIntersecting)) setNear(true);
			},
			{ root: element.closest(".board-columns"), rootMargin: "60% 0px" },
		);
		observer.observe(element);
		return () => observer.disconnect();
	}, [isNear]);
	return isNear;
}
