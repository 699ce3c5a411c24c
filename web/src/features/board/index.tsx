import { Columns3, Plus } from "lucide-preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Button } from "../../components/button";
import { Empty } from "../../components/empty";
import { modals } from "../../components/modals";
import { register } from "../../lib/actions/registry";
import type { User } from "../../lib/api/types";
import { board as words } from "../../lib/messages/board";
import type { ProjectStore } from "../../lib/store/project";
import { taskActions } from "../../lib/tasks/actions";
import { Archive } from "./archive";
import { Bar } from "./bar";
import { Column } from "./column";
import { ColumnDialog } from "./column-dialog";
import { createColumn } from "./columns";
import { startDrag, startTouch } from "./drag";
import { boardActions, putBack } from "./keys";
import { BoardModel } from "./model";
import { Questions } from "./questions";
import { Switcher } from "./switcher";
import "./board.css";

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
	const [open, setOpen] = useState<"archive" | "column" | undefined>(undefined);
	useBoard(board);
	const { manage } = board.rights.value;
	const ids = board.columnIds.value;
	const close = () => setOpen(undefined);
	return (
		<div class="board">
			{ids.length === 0 ? (
				<First board={board} onAdd={() => setOpen("column")} />
			) : (
				<>
					<Bar board={board} onArchive={() => setOpen("archive")} />
					<Switcher board={board} root={() => root.current} />
					<Columns board={board} root={root}>
						{manage && (
							<Button tone="ghost" class="board-add" icon={Plus} onClick={() => setOpen("column")}>
								{words.addColumn}
							</Button>
						)}
					</Columns>
				</>
			)}
			<Questions board={board} />
			{open === "archive" && <Archive board={board} onClose={close} />}
			{open === "column" && <ColumnDialog board={board} onClose={close} />}
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
	const busy = board.dragging.value !== undefined || board.draggingColumn.value !== undefined;
	useEffect(() => {
		const element = root.current;
		if (!element) return undefined;
		const stopDrag = startDrag(board, element);
		const stopTouch = startTouch(board, element);
		return () => {
			stopDrag();
			stopTouch();
		};
	}, [board]);
	return (
		<div ref={root} class="board-columns" data-dragging={busy || undefined}>
			{board.columnIds.value.map((id) => (
				<Column key={id} id={id} board={board} />
			))}
			{children}
		</div>
	);
}

/** An empty board teaches: what columns are, and the usual three in one press. */
function First({ board, onAdd }: { board: BoardModel; onAdd: () => void }) {
	const [busy, setBusy] = useState(false);
	if (!board.rights.value.manage) {
		return (
			<Empty icon={Columns3} title={words.empty}>
				{words.emptyReader}
			</Empty>
		);
	}
	const start = async () => {
		setBusy(true);
		try {
			for (const [name, kind] of words.basic) await createColumn(board, { name, kind });
		} finally {
			setBusy(false);
		}
	};
	const action = (
		<div class="board-first">
			<Button tone="primary" busy={busy} onClick={() => void start()}>
				{words.startBasic}
			</Button>
			<Button onClick={onAdd}>{words.addColumn}</Button>
		</div>
	);
	return (
		<Empty icon={Columns3} title={words.empty} action={action}>
			{words.emptyHint}
		</Empty>
	);
}

/** Keys, live news and the focus, while the board is shown. */
function useBoard(board: BoardModel): void {
	useEffect(() => {
		const hands = {
			store: board.store,
			rights: () => board.rights.value,
			current: () => board.current(),
			ask: board.ask.bind(board),
			address: board.address.bind(board),
		};
		// Under an open dialog the board keeps still.
		const behind = () => modals.peek().length > 0;
		const actions = [...boardActions(board), ...taskActions(hands)].map((action) => ({
			...action,
			enabled: () => !behind() && (action.enabled?.() ?? true),
		}));
		const stopKeys = register(actions);
		const stopNews = board.news.start();
		const onFocus = (event: FocusEvent) => {
			if (!(event.target as Element).closest(".card-link")) board.focus.left();
		};
		const onPress = (event: PointerEvent) => {
			if (!(event.target as Element).closest(".card")) board.focus.left();
			putBack(board);
		};
		document.addEventListener("focusin", onFocus);
		document.addEventListener("pointerdown", onPress);
		return () => {
			stopKeys();
			stopNews();
			document.removeEventListener("focusin", onFocus);
			document.removeEventListener("pointerdown", onPress);
		};
	}, [board]);
}
