import type { Column } from "@boardcast/client";
import type { ComponentChild } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { keepDraft, readDraft } from "../../platform/drafts";
import { board as words } from "./messages";

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

/** In the place of the open field until it has come: what is typed meanwhile is kept, and is in it then. */
export function QuickWaiting({ column, children }: { column: Column; children: ComponentChild }) {
	const field = useRef<HTMLTextAreaElement>(null);
	useLayoutEffect(() => field.current?.focus(), []);
	return (
		<div class="quick">
			<textarea
				ref={field}
				class="input"
				dir="auto"
				aria-label={words.addTo(column.name)}
				onInput={(event) => keepText(column.id, event.currentTarget.value)}
			>
				{draftOf(column.id)}
			</textarea>
			{children}
		</div>
	);
}
