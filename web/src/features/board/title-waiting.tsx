import type { Task } from "boardcast";
import type { ComponentChild } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { keepDraft } from "../../platform/drafts";
import { board as words } from "./messages";
import type { BoardModel } from "./model";
import { useLeaving } from "./use-leaving";

export interface TitleProps {
	task: Task;
	/** The list of the card. */
	list: string;
	name: string;
	board: BoardModel;
}

interface Props extends TitleProps {
	/** What was typed is saved as soon as it can be, or put aside. */
	onEnd: (isPutAside: boolean) => void;
	children: ComponentChild;
}

/** In the place of the title's field until it has come: what is typed meanwhile is in it then, unless the typing has ended. */
export function TitleWaiting({ task, list, name, board, onEnd, children }: Props) {
	const field = useRef<HTMLTextAreaElement>(null);
	const begun = useRef({ base: task.title, version: task.version }).current;
	const leaving = useLeaving(board, task.id, field, () => onEnd(false));
	useLayoutEffect(() => field.current?.select(), []);
	return (
		<>
			<textarea
				ref={field}
				class="card-title card-field"
				dir="auto"
				aria-label={words.editTitle(name)}
				rows={1}
				{...leaving}
				onInput={({ currentTarget }) => keepDraft(task.id, "title", { text: currentTarget.value, ...begun })}
				onKeyDown={(event) => {
					const { key } = event;
					if (key !== "Enter" && key !== "Escape") return;
					event.preventDefault();
					event.stopPropagation();
					onEnd(key === "Escape");
					board.editing.value = undefined;
					board.focus.follow(task.id, list);
				}}
			>
				{task.title}
			</textarea>
			{children}
		</>
	);
}
