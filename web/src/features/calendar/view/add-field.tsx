import { type Day, limits } from "@boardcast/client";
import { useState } from "preact/hooks";
import { tellHidden } from "../../../domain/filter/hidden";
import { assignable } from "../../../domain/member/rights";
import { createTask } from "../../../domain/task/commands";
import { parseQuick, titled } from "../../../domain/task/quick-add-syntax";
import { announce } from "../../../platform/announce";
import { keepDraft, readDraft } from "../../../platform/drafts";
import { today } from "../../../platform/i18n/dates";
import { excess, oneLine } from "../../../platform/text";
import { wholeDay } from "../../../ui/day-text";
import { calendar } from "../messages";
import type { CalendarModel } from "../model";

interface Props {
	day: Day;
	model: CalendarModel;
	/** It takes the focus when the panel around it opens. */
	isFirst: boolean;
}

/** Enter adds a task that is due on the day, in the first column with work to do. Its words mean what they do on the board. */
export function AddField({ day, model, isFirst }: Props) {
	const { store } = model;
	const column = model.columns.value.find(({ kind }) => kind !== "done") ?? model.columns.value[0];
	const [text, setText] = useState(() => readDraft(column?.id ?? "", "calendar")?.text ?? "");
	if (!column) return <p class="soft">{calendar.noColumns}</p>;
	const change = (next: string) => {
		setText(next);
		const draft = { text: next, base: "", version: 0 };
		keepDraft(column.id, "calendar", next.trim() === "" ? null : draft);
	};
	const add = () => {
		if (text.trim() === "") return;
		const people = assignable(store.tables.members.peekAll());
		const known = { people, labels: store.tables.labels.peekAll(), today: today() };
		const fields = titled(parseQuick(oneLine(text), known).fields);
		const before = new Set(store.tables.tasks.ids.peek());
		createTask(store, model.user, { column_id: column.id, due_on: day, ...fields });
		change("");
		const made = store.tables.tasks.peekAll().find(({ id }) => !before.has(id));
		// A filter never hides a new task without a word.
		if (!made || !tellHidden(model.filter, [made])) announce(calendar.created(fields.title));
	};
	const isLong = excess(text.trim(), limits.NewTask.title.maxLength) > 0;
	return (
		<input
			class="input cal-add"
			dir="auto"
			autocomplete="off"
			enterkeyhint="done"
			data-first={isFirst || undefined}
			aria-label={calendar.addTo(wholeDay(day))}
			aria-invalid={isLong || undefined}
			placeholder={calendar.add}
			value={text}
			onInput={(event) => change(event.currentTarget.value)}
			onKeyDown={(event) => {
				if (event.key !== "Enter") return;
				event.preventDefault();
				add();
			}}
		/>
	);
}
