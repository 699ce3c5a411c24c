// Tasks, comments and files of all projects, found by the server while a person types.
import type { FoundTask } from "boardcast";
import { useEffect, useState } from "preact/hooks";
import { connection } from "../live/stream";
import { api, body } from "../platform/api";
import { misfit, wordsOf } from "../platform/matching";

/** How long the typing pauses before the server is asked, in ms. */
const pause = 120;
const most = 20;

export interface Found {
	items: readonly FoundTask[];
	/** `local`: the server could not be asked, so that only what is loaded here is searched. */
	state: "idle" | "searching" | "done" | "local";
	/** The text that the items answer. */
	text: string;
}

const nothing: Found = { items: [], state: "idle", text: "" };

/** What was found for the text before stays as far as it fits. */
function fitting(items: readonly FoundTask[], text: string): readonly FoundTask[] {
	const words = wordsOf(text);
	const textOf = ({ key, title, snippet }: FoundTask) =>
		`${key} ${title} ${snippet.map(({ text }) => text).join("")}`;
	return items.filter((hit) => misfit(textOf(hit), words) !== undefined);
}

/** What is known for a text. An answer to another text is none: the rendering may come before the new question. */
export function foundFor(found: Found, text: string): Found {
	if (text === "") return nothing;
	if (found.text === text) return found;
	return { items: fitting(found.items, text), state: "searching", text };
}

/** What the server finds for a text. An answer that comes after a newer question is dropped. */
export function useFound(typed: string): Found {
	const text = typed.trim();
	const [found, setFound] = useState(nothing);
	useEffect(() => {
		if (text === "") {
			setFound(nothing);
			return undefined;
		}
		const alone = () => setFound(({ items }) => ({ items: fitting(items, text), state: "local", text }));
		setFound((before) => foundFor(before, text));
		const over = new AbortController();
		const timer = setTimeout(() => {
			if (connection.peek().state === "offline") return alone();
			const query = { q: text, limit: most };
			body(api.GET("/search", { params: { query }, signal: over.signal })).then(
				({ items }) => {
					if (!over.signal.aborted) setFound({ items, state: "done", text });
				},
				() => {
					if (!over.signal.aborted) alone();
				},
			);
		}, pause);
		return () => {
			clearTimeout(timer);
			over.abort();
		};
	}, [text]);
	return foundFor(found, text);
}
