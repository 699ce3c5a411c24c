import { useComputed } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { useDraft } from "../../components/task/use-draft";
import type { Task } from "../../lib/api/types";
import { board as words } from "../../lib/messages/board";
import { go } from "../../lib/router";
import { isSaved } from "../../lib/tasks/places";
import type { BoardModel } from "./model";

interface Props {
	task: Task;
	name: string;
	board: BoardModel;
	editing: boolean;
}

/** The title: a link over the whole card, so that Enter, a middle click and "copy link" do what they do elsewhere. */
export function CardTitle({ task, name, board, editing }: Props) {
	const tabbed = useComputed(() => board.focus.tabbed(task.id)).value;
	if (editing) return <TitleField task={task} name={name} board={board} />;
	if (!isSaved(task.id)) return <p class="card-title">{task.title}</p>;
	return <TitleLink task={task} name={name} board={board} tabbed={tabbed} />;
}

function TitleLink({ task, name, board, tabbed }: Omit<Props, "editing"> & { tabbed: boolean }) {
	const ref = useRef<HTMLAnchorElement>(null);
	useLayoutEffect(() => (ref.current ? board.focus.card(task.id, ref.current) : undefined), [task.id]);
	return (
		<a
			ref={ref}
			class="card-title card-link"
			href={board.address(task)}
			draggable={false}
			tabIndex={tabbed ? 0 : -1}
			aria-label={`${name} ${task.title}`}
			onFocus={() => board.focus.entered(task.id)}
		>
			{task.title}
		</a>
	);
}

function TitleField({ task, name, board }: Omit<Props, "editing">) {
	const ref = useRef<HTMLTextAreaElement>(null);
	const draft = useDraft(board.store, task, "title");
	useLayoutEffect(() => {
		draft.begin();
		ref.current?.focus();
		ref.current?.select();
	}, []);
	// The clash is shown, and settled, in the dialog.
	useEffect(() => {
		if (!draft.clash) return;
		board.editing.value = undefined;
		go(board.address(task));
	}, [draft.clash]);
	const close = (focus: boolean) => {
		board.editing.value = undefined;
		if (focus) board.focus.follow(task.id);
	};
	return (
		<textarea
			ref={ref}
			class="card-title card-field"
			aria-label={words.editTitle(name)}
			rows={1}
			maxLength={255}
			value={draft.text}
			onInput={(event) => draft.change(event.currentTarget.value)}
			onBlur={() => {
				draft.commit();
				close(false);
			}}
			onDblClick={(event) => event.stopPropagation()}
			onKeyDown={(event) => {
				if (event.key !== "Enter" && event.key !== "Escape") return;
				event.preventDefault();
				event.stopPropagation();
				if (event.key === "Enter") draft.commit();
				else draft.cancel();
				close(true);
			}}
		/>
	);
}
