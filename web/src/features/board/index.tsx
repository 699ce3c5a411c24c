import type { Signal } from "@preact/signals";
import type { User } from "boardcast";
import { Archive as ArchiveIcon, type LucideIcon, Plus, SlidersHorizontal, Trash2 } from "lucide-preact";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { columnActions } from "../../domain/column/actions";
import { filterActions } from "../../domain/filter/actions";
import { FilterBar } from "../../domain/filter/filter-bar";
import { FilterButton } from "../../domain/filter/filter-button";
import { filters } from "../../domain/filter/messages";
import { selectActions } from "../../domain/selection/actions";
import { BulkBar } from "../../domain/selection/later";
import { taskActions } from "../../domain/task/actions";
import type { ProjectStore } from "../../live/store/project";
import { perform, register } from "../../platform/actions";
import { narrow } from "../../platform/narrow";
import { Button, IconButton } from "../../ui/button";
import { cx } from "../../ui/cx";
import { lazy, whenIdle } from "../../ui/lazy";
import { modals } from "../../ui/modals";
import { Column } from "./column";
import { boardActions, cancelLift } from "./keys";
import { CardPanels, Dialogs, DisplayPanel, lasso, NewBoard, preloadLater, quiet } from "./later";
import { board as words } from "./messages";
import { BoardModel } from "./model";
import { useBoardScroll } from "./scroll";
import { Switcher } from "./switcher";
import { withDnd } from "./with-dnd";
import "./board.css";

const LaneBoard = lazy(() => import("./lane-board").then((m) => m.LaneBoard), null);

interface Props {
	/** Loaded and live. */
	store: ProjectStore;
	user: User;
	/** Number of the task whose dialog is open over the board. */
	task: number | undefined;
}

export function Board({ store, user }: Props) {
	const board = useMemo(() => new BoardModel(store, user), [store, user]);
	const root = useRef<HTMLDivElement>(null);
	useBoard(board);
	useEffect(() => {
		preloadLater();
		whenIdle(LaneBoard.preload);
	}, []);
	const { manage, write } = board.rights.value;
	const ids = board.columnIds.value;
	const opens = (icon: LucideIcon, label: string, shows: Signal<boolean>) => {
		const open = () => {
			board.filter.sheet.value = undefined;
			shows.value = true;
		};
		return narrow.value ? (
			<Button tone="ghost" icon={icon} onClick={open}>
				{label}
			</Button>
		) : (
			<IconButton icon={icon} label={label} onClick={open} />
		);
	};
	const archive = !store.past && opens(ArchiveIcon, words.archiveTitle, board.showsArchive);
	const trash = write && opens(Trash2, words.trashTitle, board.showsTrash);
	return (
		<div class="board">
			{ids.length === 0 ? (
				<NewBoard board={board} />
			) : (
				<>
					{narrow.value ? (
						<div class="board-phone">
							<Switcher board={board} root={() => root.current} />
							<FilterButton filter={board.filter} count={() => board.count.value}>
								{opens(SlidersHorizontal, words.display, board.showsDisplay)}
								{archive}
								{trash}
							</FilterButton>
						</div>
					) : (
						<FilterBar filter={board.filter}>
							<IconButton
								class="bar-end board-display"
								icon={SlidersHorizontal}
								label={words.display}
								aria-haspopup="dialog"
								aria-expanded={board.showsDisplay.value}
								onClick={() => perform("board.display")}
							/>
							{archive}
							{trash}
						</FilterBar>
					)}
					<NothingMatches board={board} />
					<Columns board={board} root={root}>
						{manage && (
							<Button tone="ghost" class="board-add" icon={Plus} onClick={() => perform("column.create")}>
								{words.addColumn}
							</Button>
						)}
					</Columns>
				</>
			)}
			{board.showsDisplay.value && (
				<DisplayPanel
					board={board}
					anchor={() => document.querySelector(".board-display, .filter-open")}
					onClose={() => {
						board.showsDisplay.value = false;
					}}
				/>
			)}
			{board.panel.value && <CardPanels board={board} />}
			{board.selection.size > 0 && (
				<BulkBar
					store={store}
					selection={board.selection}
					rights={board.rights.value}
					idle={() => board.lifted.peek() === undefined}
					extend={(by) => extendSelection(board, by)}
				/>
			)}
			{(board.columnDialog.value || board.showsArchive.value || board.showsTrash.value) && (
				<Dialogs board={board} />
			)}
		</div>
	);
}

/** The card above or below the one that has the focus is selected too. */
function extendSelection(board: BoardModel, by: 1 | -1): void {
	board.focus.step(by < 0 ? "up" : "down");
	const id = board.focus.focused.peek();
	if (id !== undefined) board.selection.extendTo(id);
}

/** Said once for the whole board, with the way out. The region is there before the words: screen readers hear them. */
function NothingMatches({ board }: { board: BoardModel }) {
	return (
		<div role="status" class="board-none">
			{board.nothingMatches.value && (
				<>
					<p>{filters.nothingMatches}</p>
					<Button onClick={() => perform("filter.clear")}>{filters.clear}</Button>
				</>
			)}
		</div>
	);
}

function Columns({
	board,
	root,
	children,
}: {
	board: BoardModel;
	root: { current: HTMLDivElement | null };
	children: preact.ComponentChildren;
}) {
	useBoardScroll(board.store.id, root);
	const group = board.group.value;
	const lanes = board.lanes.value;
	const busy = board.dragging.value !== undefined || board.draggingColumn.value !== undefined;
	useEffect(() => {
		const element = root.current;
		if (!element) return undefined;
		return withDnd(({ combine, startDrag, startTouch }) =>
			combine(startDrag(board, element), startTouch(board, element)),
		);
	}, [board]);
	useEffect(() => {
		const element = root.current;
		if (!element) return undefined;
		const stops: (() => void)[] = [];
		let isOver = false;
		const begun = (stop: () => void) => (isOver ? stop() : stops.push(stop));
		whenIdle(() => {
			lasso.use(({ startLasso }) => begun(startLasso(board, element)));
			quiet.use(({ followQuiet }) => begun(followQuiet(board)));
		});
		return () => {
			isOver = true;
			for (const stop of stops) stop();
		};
	}, [board]);
	return (
		<div ref={root} class={cx("board-columns", group && "board-laned")} data-dragging={busy || undefined}>
			{lanes && <LaneBoard board={board} lanes={lanes} />}
			{!group && board.columnIds.value.map((id) => <Column key={id} id={id} board={board} />)}
			{!group && children}
		</div>
	);
}

/** Registers the board's actions, and follows live activity and the focus, while the board is shown. */
function useBoard(board: BoardModel): void {
	useLayoutEffect(() => {
		// Actions of the board are disabled while a dialog is open over it.
		const isCovered = () => modals.peek().length > 0;
		const actions = [
			...boardActions(board),
			...filterActions(board.filter),
			...columnActions(board.columnContext),
			...taskActions(board.taskContext),
			...selectActions(board.selection, board.taskContext),
		].map((action) => ({
			...action,
			enabled: () => !isCovered() && (action.enabled?.() ?? true),
		}));
		const stopActions = register(actions);
		const stopActivity = board.activity.start();
		const onFocus = (event: FocusEvent) => {
			if (!(event.target as Element).closest(".card-link")) board.focus.left();
		};
		const onPress = (event: PointerEvent) => {
			if (!(event.target as Element).closest(".card")) board.focus.left();
			cancelLift(board);
		};
		document.addEventListener("focusin", onFocus);
		document.addEventListener("pointerdown", onPress);
		return () => {
			stopActions();
			stopActivity();
			document.removeEventListener("focusin", onFocus);
			document.removeEventListener("pointerdown", onPress);
		};
	}, [board]);
}
