import type { Column } from "boardcast";
import type { ComponentChild } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { keepDraft, readDraft } from "../../platform/drafts";
import { board as words } from "./messages";
import type { BoardModel } from "./model";

export interface QuickProps {
	column: Column;
	/** What is added there gets what its lane stands for. */
	list: string;
	board: BoardModel;
}

/** What was typed for a column and not added: it waits there until the person comes back to it. */
export function draftOf(column: string): string {
	return readDraft(column, "quick")?.text ?? "";
}

/** What the person wants to stay text in it. */
export const plainField = "quick-plain";

/** Without a text nothing of it is left either that was to stay text: the next one is read as always. */
export function keepText(column: string, text: string): void {
	const isBlank = text.trim() === "";
	keepDraft(column, "quick", isBlank ? null : { text, base: "", version: 0 });
	if (isBlank) keepDraft(column, plainField, null);
}

/** What Enter has ended before the form had come. Until it is added the draft of its column begins with it, line by line. */
export const entered: { board: BoardModel; column: string; list: string; text: string }[] = [];

/** The draft without what was entered. */
export function unentered(column: string): string {
	const before = entered.filter((one) => one.column === column).length;
	return draftOf(column).split("\n").slice(before).join("\n");
}

/** Whether the person had left the field that waited for the form: then the form does not take the focus. */
let isLeft = false;

export function wasLeft(): boolean {
	const was = isLeft;
	isLeft = false;
	return was;
}

interface Props extends QuickProps {
	onEnter: () => void;
	children: ComponentChild;
}

/** In the place of the open field until it has come: what is typed meanwhile is kept, and is in it then. */
export function QuickWaiting({ column, list, board, onEnter, children }: Props) {
	const field = useRef<HTMLTextAreaElement>(null);
	useLayoutEffect(() => {
		const waiting = field.current;
		waiting?.focus();
		return () => {
			isLeft = board.adding.peek() === list && document.activeElement !== waiting;
		};
	}, []);
	const keep = (text: string) => {
		const before = entered.filter((one) => one.column === column.id).map((one) => one.text);
		keepText(column.id, [...before, text].join("\n"));
	};
	return (
		<div class="quick">
			<textarea
				ref={field}
				class="input"
				dir="auto"
				aria-label={words.addTo(column.name)}
				onInput={(event) => keep(event.currentTarget.value)}
				onKeyDown={(event) => {
					const { currentTarget: waiting, key } = event;
					const text = waiting.value.trim();
					if (key === "Escape") board.adding.value = undefined;
					else if (key !== "Enter" || event.shiftKey) return;
					event.preventDefault();
					// Whether several lines are several tasks is asked by the form.
					if (key === "Escape" || text === "" || text.includes("\n")) return;
					entered.push({ board, column: column.id, list, text });
					waiting.value = "";
					keep("");
					onEnter();
				}}
			>
				{unentered(column.id)}
			</textarea>
			{children}
		</div>
	);
}
