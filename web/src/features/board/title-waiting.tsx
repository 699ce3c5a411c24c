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

/** In the place of the title's field until it has come: what is typed meanwhile is kept, and is in it then. */
export function TitleWaiting({ task, name, children }: TitleProps & { children: ComponentChild }) {
	const field = useRef<HTMLTextAreaElement>(null);
	useLayoutEffect(() => field.current?.select(), []);
	const { id, title, version } = task;
	return (
		<>
			<textarea
				ref={field}
				class="card-title card-field"
				dir="auto"
				aria-label={words.editTitle(name)}
				rows={1}
				onInput={({ currentTarget }) =>
					keepDraft(id, "title", { text: currentTarget.value, base: title, version })
				}
			>
				{title}
			</textarea>
			{children}
		</>
	);
}
