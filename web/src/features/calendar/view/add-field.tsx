import { type Day, limits } from "boardcast";
import { useRef, useState } from "preact/hooks";
import { tellHidden } from "../../../domain/filter/hidden";
import { assignable } from "../../../domain/member/assignable";
import { createTask } from "../../../domain/task/commands";
import { later } from "../../../domain/task/later";
import { asOneTask, linesOf, most, parseQuick, titled } from "../../../domain/task/quick-add-syntax";
import { useLostRight } from "../../../domain/task/use-lost-right";
import { announce } from "../../../platform/announce";
import { keepDraft, readDraft } from "../../../platform/drafts";
import { today } from "../../../platform/i18n/dates";
import { excess, oneLine } from "../../../platform/text";
import { Button } from "../../../ui/button";
import { wholeDay } from "../../../ui/day-text";
import { ManyLines } from "../../../ui/many-lines";
import { calendar } from "../messages";
import type { CalendarModel } from "../model";

interface Props {
	day: Day;
	model: CalendarModel;
	/** It takes the focus when the panel around it opens. */
	isFirst: boolean;
}

/**
 * Enter adds a task that is due on the day, in the first column with work to do. Its words, and a pasted list, mean what they do on
 * the board.
 */
export function AddField({ day, model, isFirst }: Props) {
	const { store } = model;
	const column = model.columns.value.find(({ kind }) => kind !== "done") ?? model.columns.value[0];
	const field = useRef<HTMLTextAreaElement>(null);
	const [text, setText] = useState(() => readDraft(column?.id ?? "", "calendar")?.text ?? "");
	useLostRight(store, {
		text: () => readDraft(column?.id ?? "", "calendar")?.text ?? "",
		mayAdd: () => model.editable.peek(),
		discard: () => keepDraft(column?.id ?? "", "calendar", null),
	});
	if (!column) return <p class="soft">{calendar.noColumns}</p>;
	const change = (next: string) => {
		setText(next);
		const draft = { text: next, base: "", version: 0 };
		keepDraft(column.id, "calendar", next.trim() === "" ? null : draft);
	};
	const lines = text.includes("\n") ? linesOf(text) : [];
	const many = lines.length > 1;
	const add = (tasks: readonly ReturnType<typeof titled>[], rest = "") => {
		const before = new Set(store.tables.tasks.ids.peek());
		for (const fields of tasks)
			createTask(store, model.user, { column_id: column.id, due_on: day, ...fields });
		change(rest);
		field.current?.focus();
		const made = store.tables.tasks.peekAll().filter(({ id }) => !before.has(id));
		const said =
			tasks.length === 1 ? calendar.created(tasks[0]?.title ?? "") : calendar.createdMany(tasks.length);
		// A filter never hides a new task without a word.
		if (!tellHidden(model.filter, made)) announce(said);
	};
	const parsed = (line: string) => {
		const people = assignable(store.tables.members.peekAll());
		const known = { people, labels: store.tables.labels.peekAll(), today: today() };
		return titled(parseQuick(line, known).fields);
	};
	const addTyped = () => {
		if (many) add(lines.slice(0, most).map(parsed), lines.slice(most).join("\n"));
		else if (text.trim() !== "") add([parsed(oneLine(text))]);
	};
	const isLong = !many && excess(text.trim(), limits.NewTask.title.maxLength) > 0;
	return (
		<>
			<textarea
				ref={field}
				class="input many-field cal-add"
				dir="auto"
				rows={1}
				autocomplete="off"
				enterkeyhint="done"
				data-first={isFirst || undefined}
				aria-label={calendar.addTo(wholeDay(day))}
				aria-invalid={isLong || undefined}
				placeholder={calendar.add}
				value={text}
				onInput={(event) => change(event.currentTarget.value)}
				onKeyDown={(event) => {
					if (event.key !== "Enter" || event.shiftKey) return;
					event.preventDefault();
					addTyped();
				}}
			/>
			{many && (
				<ManyLines hint={later.manyLines(lines.length)}>
					<Button tone="primary" onClick={addTyped}>
						{later.createMany(Math.min(most, lines.length), lines.length)}
					</Button>
					<Button onClick={() => add([asOneTask(lines)])}>{later.asOne}</Button>
				</ManyLines>
			)}
		</>
	);
}
