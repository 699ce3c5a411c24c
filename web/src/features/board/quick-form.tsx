import { type Column, type Label, limits, Problem } from "boardcast";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { nextColour } from "../../domain/label/colour";
import { createLabel } from "../../domain/label/commands";
import { label as labelWords } from "../../domain/label/messages";
import { assignable } from "../../domain/member/assignable";
import { later } from "../../domain/task/later";
import { asOneTask, linesOf, most, parseQuick, titled } from "../../domain/task/quick-add-syntax";
import { useLostRight } from "../../domain/task/use-lost-right";
import { keepDraft, readDraft } from "../../platform/drafts";
import { today } from "../../platform/i18n/dates";
import { explain } from "../../platform/i18n/errors";
import { excess, folded, oneLine } from "../../platform/text";
import { toast } from "../../platform/toasts";
import { Button } from "../../ui/button";
import { Form } from "../../ui/form";
import { ManyLines } from "../../ui/many-lines";
import { board as words } from "./messages";
import type { BoardModel } from "./model";
import { QuickChips } from "./quick-chips";
import { draftOf, keepText, plainField, type QuickProps, unentered, wasLeft } from "./quick-draft";
import { addEntered, addTasks } from "./quick-put";
import { asName } from "./quick-suggest";
import { quickWords } from "./quick-words";
import { useSuggestions } from "./use-suggestions";

/** The open field at the foot of a list. */
export function QuickForm({ column, list, board }: QuickProps) {
	const field = useRef<HTMLTextAreaElement>(null);
	const [text, setText] = useState(() => unentered(column.id));
	const lines = text.includes("\n") ? linesOf(text) : [];
	const many = lines.length > 1;
	// In the layout phase: the next key press would otherwise count as a shortcut.
	useLayoutEffect(() => {
		addEntered();
		if (!wasLeft()) field.current?.focus();
		else if (text.trim() === "") close();
	}, []);
	useLostRight(board.store, {
		text: () => draftOf(column.id),
		mayAdd: () => board.rights.peek().write && board.store.tables.columns.peek(column.id) !== undefined,
		discard: () => keepText(column.id, ""),
	});
	const known = useKnown(column, board);
	/** Enter was pressed while a label was being made: the task is added once it is there, unless the typing goes on. */
	const [isHurried, setHurried] = useState(false);
	const change = (next: string) => {
		setText(next);
		setHurried(false);
		keepText(column.id, next);
		if (next.trim() === "") known.forget();
	};
	const suggest = useSuggestions({
		field,
		text,
		known,
		store: board.store,
		onText: change,
		onCreate: known.create,
	});
	const close = () => {
		board.adding.value = undefined;
	};
	const add = (tasks: readonly ReturnType<typeof titled>[], rest = "") => {
		addTasks(board, list, tasks);
		change(rest);
		field.current?.focus();
		requestAnimationFrame(() => {
			const cards = field.current?.closest("[data-column]")?.querySelector(".column-cards");
			cards?.scrollTo({ top: cards.scrollHeight });
		});
	};
	const parsed = (line: string) => titled(parseQuick(line, known).fields);
	const addMany = () => add(lines.slice(0, most).map(parsed), lines.slice(most).join("\n"));
	const addOne = () => {
		if (text.trim()) add([parsed(oneLine(text))]);
	};
	const addTyped = () => {
		if (known.isMaking()) setHurried(true);
		else if (many) addMany();
		else addOne();
	};
	// In the layout phase: no key comes between.
	useLayoutEffect(() => {
		if (!isHurried || known.isMaking()) return;
		setHurried(false);
		// Without its label the task is not what was meant: its text stays in the field.
		if (!known.hasFailed()) addTyped();
	}, [isHurried, known.making]);
	const onKeyDown = (event: KeyboardEvent) => {
		if (suggest.onKeyDown(event)) return;
		if (event.key === "Escape") {
			event.preventDefault();
			close();
		}
		if (event.key !== "Enter" || event.shiftKey) return;
		event.preventDefault();
		addTyped();
	};
	return (
		<Form class="quick" aria-busy={isHurried || undefined} onSubmit={() => {}}>
			<textarea
				ref={field}
				class="quick-field"
				dir="auto"
				rows={1}
				placeholder={words.newTask}
				aria-label={words.addTo(column.name)}
				aria-describedby="quick-hint"
				{...suggest.field}
				value={text}
				onInput={(event) => {
					change(event.currentTarget.value);
					suggest.look();
				}}
				onKeyUp={suggest.look}
				onClick={suggest.look}
				onKeyDown={onKeyDown}
				onBlur={(event) => {
					const inside = event.currentTarget.form?.contains(event.relatedTarget as Node | null);
					// Leaving the empty field closes it; typed text stays.
					if (!inside && text.trim() === "" && document.hasFocus()) close();
				}}
			/>
			{suggest.list}
			{many ? (
				<ManyLines id="quick-hint" hint={later.manyLines(lines.length)}>
					<Button tone="primary" onClick={addTyped}>
						{later.createMany(Math.min(most, lines.length), lines.length)}
					</Button>
					<Button onClick={() => add([asOneTask(lines)])}>{later.asOne}</Button>
				</ManyLines>
			) : (
				<>
					<QuickChips
						store={board.store}
						marks={parseQuick(text, known).marks}
						onPlain={(part) => {
							known.keepPlain(part);
							field.current?.focus();
						}}
						onCreate={
							known.mayCreate
								? (name) => {
										known.create(name);
										field.current?.focus();
									}
								: undefined
						}
					/>
					<p id="quick-hint" class="quick-hint">
						{excess(text.trim(), limits.NewTask.title.maxLength) > 0 ? quickWords.long : quickWords.addHint}
					</p>
				</>
			)}
		</Form>
	);
}

/** Whom and what the words may name, and what the person wants to stay text: that survives a reload, as the text does. */
function useKnown(column: Column, board: BoardModel) {
	const { store } = board;
	const [plain, setPlain] = useState<readonly string[]>(() =>
		draftOf(column.id) === "" ? [] : (readDraft(column.id, plainField)?.text.split("\n") ?? []),
	);
	// Created here: its event may come after the next key.
	const [made, setMade] = useState<readonly Label[]>([]);
	/** Those that are not answered yet, without waiting for the next rendering; and how many they are, for it. */
	const unanswered = useRef(new Set<string>());
	const [making, setMaking] = useState(0);
	const failed = useRef(false);
	const labels = store.tables.labels.all();
	const keep = (texts: readonly string[]) => {
		setPlain(texts);
		const draft = { text: texts.join("\n"), base: "", version: 0 };
		keepDraft(column.id, plainField, texts.length > 0 ? draft : null);
	};
	const create = async (word: string) => {
		const name = asName(word);
		const wanted = folded(name);
		// It is offered until it is there: a second press makes no second one.
		if (unanswered.current.has(wanted)) return;
		if (unanswered.current.size === 0) failed.current = false;
		unanswered.current.add(wanted);
		setMaking(unanswered.current.size);
		try {
			const label = await createLabel(store, name, nextColour(labels.length));
			setMade((before) => [...before, label]);
		} catch (error) {
			failed.current = true;
			const detail = error instanceof Problem ? explain(error) : "";
			toast({ tone: "danger", text: labelWords.couldNotChangeLabel(name), detail, project: store.id });
		} finally {
			unanswered.current.delete(wanted);
			setMaking(unanswered.current.size);
		}
	};
	return {
		people: assignable(store.tables.members.all()),
		labels: [...labels, ...made.filter(({ id }) => labels.every((label) => label.id !== id))],
		today: today(),
		plain: new Set(plain),
		mayCreate: board.rights.value.manage,
		keepPlain: (text: string) => keep([...plain, text]),
		forget: () => keep([]),
		create: (word: string) => void create(word),
		making,
		isMaking: () => unanswered.current.size > 0,
		/** Whether one of the last ones could not be made. */
		hasFailed: () => failed.current,
	};
}
