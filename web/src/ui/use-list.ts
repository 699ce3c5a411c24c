import type { List, Problem } from "boardcast";
import { useEffect, useRef, useState } from "preact/hooks";

/** A list that is read page by page and not kept live; `again` reads it from the start and then replaces what is shown. */
export function useList<T>(read: (cursor: string | undefined) => Promise<List<T>>, what: string) {
	const [items, setItems] = useState<readonly T[] | undefined>(undefined);
	const [cursor, setCursor] = useState<string | null>(null);
	const [problem, setProblem] = useState<Problem | null>(null);
	const turn = useRef(0);
	const load = async (from: string | undefined) => {
		const mine = ++turn.current;
		try {
			const page = await read(from);
			if (mine !== turn.current) return;
			setItems((before) => (from ? [...(before ?? []), ...page.items] : page.items));
			setCursor(page.next_cursor ?? null);
			setProblem(null);
		} catch (error) {
			if (mine === turn.current) setProblem(error as Problem);
		}
	};
	useEffect(() => {
		void load(undefined);
		return () => {
			turn.current += 1;
		};
	}, [what]);
	return {
		items,
		problem,
		again: () => load(undefined),
		more: cursor ? () => load(cursor) : undefined,
		/** Replace one item, without reading the list again. */
		put: (which: (item: T) => boolean, item: T) =>
			setItems((before) => before?.map((other) => (which(other) ? item : other))),
		/** Take one item out; the next page comes when none of those that were read is left. */
		drop: (which: (item: T) => boolean) => {
			const left = items?.filter((item) => !which(item));
			setItems(left);
			if (left?.length === 0 && cursor) void load(undefined);
		},
	};
}
