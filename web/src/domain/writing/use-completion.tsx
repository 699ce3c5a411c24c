import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { ProjectStore } from "../../live/store/project";
import { Avatar } from "../../ui/avatar";
import { useCompletionList } from "../../ui/completion-list";
import { nameOf } from "../task/names";
import { apply } from "./apply";
import { type Suggestion, suggestionsFor, tokenAt } from "./completion";
import { writing as words } from "./messages";

interface Options {
	field: RefObject<HTMLTextAreaElement | null>;
	text: string;
	store: ProjectStore;
}

/** Completes a word with a sign: a person, a task or an emoji. */
export function useCompletion({ field, text, store }: Options) {
	/** Where the caret is while the person types; undefined while they do something else. */
	const [caret, setCaret] = useState<number | undefined>(undefined);
	const list = useRef<HTMLDivElement>(null);
	const token = caret === undefined ? undefined : tokenAt(text, caret);
	const take = ({ insert }: Suggestion) => {
		const element = field.current;
		if (!element || !token) return;
		// The suggestion brings its own space.
		const to = text[token.end] === " " ? token.end + 1 : token.end;
		const caret = token.start + insert.length;
		apply(element, { from: token.start, to, text: insert, select: [caret, caret] });
		setCaret(undefined);
	};
	const completion = useCompletionList<Suggestion>({
		word: token && `${token.start} ${token.sign}${token.query}`,
		find: () => ({ all: token ? suggestionsFor(token, knownIn(store)) : [], first: 0 }),
		kind: token?.sign,
		label: words.suggestions,
		counted: words.suggestionCount,
		take,
		class: "floating composer-list",
		listRef: list,
		draw: ({ id, label, detail }) => (
			<>
				{token?.sign === "@" && <Avatar id={id} name={label} size="s" decorative />}
				<span class={detail === undefined ? "truncate" : "task-name"} dir="auto">
					{label}
				</span>
				{detail !== undefined && (
					<span class="truncate" dir="auto">
						{detail}
					</span>
				)}
			</>
		),
	});
	const { all, at } = completion;
	useEffect(() => {
		list.current?.scrollIntoView({ block: "nearest" });
	}, [all.length]);
	useEffect(() => list.current?.children[at]?.scrollIntoView({ block: "nearest" }), [at]);
	return {
		...completion,
		/** The text or the place in it has changed. */
		look: () => setCaret(field.current?.selectionStart),
		leave: () => setCaret(undefined),
		onKeyDown: (event: KeyboardEvent): boolean => {
			const isModified = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey;
			return !isModified && completion.onKeyDown(event);
		},
	};
}

function knownIn(store: ProjectStore) {
	const { members, tasks } = store.tables;
	return {
		members: members.peekAll(),
		tasks: tasks.peekAll().filter((task) => task.archived_at === null),
		nameOf: (task: { number: number }) => nameOf(store, task),
	};
}
