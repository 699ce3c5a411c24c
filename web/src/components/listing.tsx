import type { ComponentChildren } from "preact";
import type { Problem } from "../lib/api/problem";
import { common } from "../lib/messages/common";
import { explain } from "../lib/messages/errors";
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
	/** Shown in place of an empty list. */
	none: ComponentChildren;
	line: (item: T) => ComponentChildren;
	label: string;
}

/** A list read from the server: first grey, then its lines, or why not and the way to try again. */
export function Listing<T>({ list, none, line, label }: Props<T>) {
	const { items, problem, again, more } = list;
	return (
		<>
			{problem && (
				<p class="listing-problem" role="alert">
					{explain(problem)} <Button onClick={() => void again()}>{common.retry}</Button>
				</p>
			)}
			{!items && !problem && <Skeleton />}
			{items?.length === 0 && none}
			{items && items.length > 0 && (
				<ul class="rows" aria-label={label}>
					{items.map(line)}
				</ul>
			)}
			{more && (
				<Button class="listing-more" onClick={() => void more()}>
					{common.more}
				</Button>
			)}
		</>
	);
}
