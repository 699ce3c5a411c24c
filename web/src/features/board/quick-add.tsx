import { useComputed } from "@preact/signals";
import { Plus } from "lucide-preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Button } from "../../components/button";
import { announce } from "../../lib/announce";
import type { Column } from "../../lib/api/types";
import { board as words } from "../../lib/messages/board";
import { createTask } from "../../lib/tasks/edits";
import { toast } from "../../lib/toasts";
import type { BoardModel } from "./model";
import { linesOf, most, parseQuick } from "./quick";

/** At the foot of a column: type, Enter, type the next one. A pasted list becomes many tasks when asked. */
export function QuickAdd({ column, board }: { column: Column; board: BoardModel }) {
	const open = useComputed(() => board.adding.value === column.id).value;
	if (open) return <Form column={column} board={board} />;
	return (
		<Button
			tone="ghost"
			class="quick-open"
			icon={Plus}
			aria-label={words.addTo(column.name)}
			onClick={() => {
				board.adding.value = column.id;
			}}
		>
			{words.add}
		</Button>
	);
}

function Form({ column, board }: { column: Column; board: BoardModel }) {
	const field = useRef<HTMLTextAreaElement>(null);
	const [text, setText] = useState("");
	const [lines, setLines] = useState<readonly string[]>([]);
	// Before the next key arrives, which would be taken for a shortcut.
	useLayoutEffect(() => field.current?.focus(), []);
	const close = () => {
		board.adding.value = undefined;
	};
	const create = (titles: readonly string[]) => {
		const people = board.store.tables.members.peekAll();
		const labels = board.store.tables.labels.peekAll();
		for (const title of titles) {
			createTask(board.store, board.user, {
				column_id: column.id,
				...parseQuick(title.slice(0, 255), people, labels),
			});
		}
		if (board.filtering.peek()) toast({ text: words.createdHidden(titles.length) });
		else announce(words.created(titles.length));
		setText("");
		setLines([]);
		field.current?.focus();
		requestAnimationFrame(() => {
			const list = field.current?.closest(".column")?.querySelector(".column-cards");
			list?.scrollTo({ top: list.scrollHeight });
		});
	};
	const asOne = () => create([[text, ...lines].join(" ").trim()]);
	const onKeyDown = (event: KeyboardEvent) => {
		if (event.key === "Escape") {
			event.preventDefault();
			if (lines.length > 0) setLines([]);
			else close();
		}
		if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
		event.preventDefault();
		if (lines.length > 0) create(lines);
		else if (text.trim()) create([text.replace(/\s+/g, " ").trim()]);
	};
	return (
		<form class="quick" onSubmit={(event) => event.preventDefault()}>
			<textarea
				ref={field}
				class="quick-field"
				rows={1}
				maxLength={255}
				placeholder={words.newTask}
				aria-label={words.addTo(column.name)}
				aria-describedby="quick-hint"
				value={text}
				onInput={(event) => setText(event.currentTarget.value)}
				onKeyDown={onKeyDown}
				onPaste={(event) => {
					const found = linesOf(event.clipboardData?.getData("text/plain") ?? "");
					if (found.length < 2) return;
					event.preventDefault();
					setLines(found.slice(0, most));
				}}
				onBlur={(event) => {
					const inside = event.currentTarget.form?.contains(event.relatedTarget as Node | null);
					// Away with nothing typed closes it; what was typed stays.
					if (!inside && text.trim() === "" && lines.length === 0 && document.hasFocus()) close();
				}}
			/>
			{lines.length > 0 ? (
				<div class="quick-many">
					<p>{words.manyLines(lines.length)}</p>
					<Button tone="primary" onClick={() => create(lines)}>
						{words.createMany(lines.length)}
					</Button>
					<Button onClick={asOne}>{words.asOne}</Button>
				</div>
			) : (
				<p id="quick-hint" class="quick-hint">
					{words.addHint}
				</p>
			)}
		</form>
	);
}
