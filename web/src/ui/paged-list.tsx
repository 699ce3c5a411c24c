import type { Problem } from "boardcast";
import type { ComponentChildren } from "preact";
import { common } from "../platform/i18n/common";
import { explain } from "../platform/i18n/errors";
import { Button } from "./button";
import { Skeleton } from "./empty";
import "./rows.css";

interface Props<T> {
	list: {
		items: readonly T[] | undefined;
		problem: Problem | null;
		again: () => Promise<void>;
		more: (() => Promise<void>) | undefined;
	};
	/** Rendered in place of an empty list. */
	none: ComponentChildren;
	line: (item: T) => ComponentChildren;
	label: string;
	class?: string;
}

/** A list from `useList`: a skeleton while it is read, its lines, a button for more, or the problem with a retry button. */
export function PagedList<T>({ list, none, line, label, class: name = "rows" }: Props<T>) {
	const { items, problem, again, more } = list;
	return (
		<>
			{problem && (
				<p class="paged-list-problem" role="alert">
					{explain(problem)} <Button onClick={() => void again()}>{common.retry}</Button>
				</p>
			)}
			{!items && !problem && <Skeleton />}
			{items?.length === 0 && none}
			{items && items.length > 0 && (
				<ul class={name} aria-label={label}>
					{items.map(line)}
				</ul>
			)}
			{more && (
				<Button class="paged-list-more" onClick={() => void more()}>
					{common.more}
				</Button>
			)}
		</>
	);
}
