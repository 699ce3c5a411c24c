import type { Task } from "@boardcast/client";
import type { ComponentChild } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { keepDraft } from "../../platform/drafts";
import { board as words } from "./messages";
import type { BoardModel } from "./model";

export interface TitleProps {
	task: Task;
	/** The list of the card. */
	list: string;
	name: string;
	board: BoardModel;
}

/** The key that ended the typing before the field had come, and on which card. */
let ended: { id: string; key: string } | undefined;

/** The key that the field of a card has to follow as it comes. */
export function endedBy(id: string): string | undefined {
	const key = ended?.id === id ? ended.key : undefined;
	ended = undefined;
	return key;
}

/** In the place of the title's field until it has come: what is typed meanwhile is kept, and is in it then. */
export function TitleWaiting({ task, name, children }: TitleProps & { children: ComponentChild }) {
	const field = useRef<HTMLTextAreaElement>(null);
	const begun = useRef({ base: task.title, version: task.version }).current;
	useLayoutEffect(() => {
		ended = undefined;
		field.current?.select();
	}, []);
	const { id, title } = task;
	return (
		<>
			<textarea
				ref={field}
				class="card-title card-field"
				dir="auto"
				aria-label={words.editTitle(name)}
				rows={1}
				onInput={({ currentTarget }) => {
					ended = undefined;
					keepDraft(id, "title", { text: currentTarget.value, ...begun });
				}}
				onKeyDown={(event) => {
					const { key } = event;
					if (key !== "Enter" && key !== "Escape") return;
					event.preventDefault();
					event.stopPropagation();
					ended = { id, key };
				}}
			>
				{title}
			</textarea>
			{children}
		</>
	);
}
