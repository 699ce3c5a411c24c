import { diffWords, type Piece } from "../../ui/word-diff";
import "./text-change.css";

interface Step {
	text: string;
	what: "kept" | "added" | "removed";
}

/** Both texts in one: what was removed stands before what came in its place. */
export function steps(from: string, to: string): Step[] {
	const [old, now] = diffWords(from, to);
	const left = now.map((piece) => ({ ...piece }));
	const found: Step[] = [];
	const put = (text: string, what: Step["what"]) => {
		const last = found.at(-1);
		if (last?.what === what) last.text += text;
		else if (text) found.push({ text, what });
	};
	const added = () => {
		while (left[0]?.changed) put((left.shift() as Piece).text, "added");
	};
	for (const piece of old) {
		if (piece.changed) {
			put(piece.text, "removed");
			continue;
		}
		// What both have may be in one piece here and in several there.
		for (let rest = piece.text; rest; ) {
			added();
			const next = left[0];
			if (!next) break;
			const length = Math.min(rest.length, next.text.length);
			put(rest.slice(0, length), "kept");
			rest = rest.slice(length);
			next.text = next.text.slice(length);
			if (!next.text) left.shift();
		}
	}
	for (const piece of left) put(piece.text, piece.changed ? "added" : "kept");
	return found;
}

/** So much of what stayed is shown beside what changed. */
const beside = 90;

/** The middle of what stayed says nothing of a change. */
export function shortened(text: string, isFirst: boolean, isLast: boolean): string {
	const most = isFirst || isLast ? beside : 2 * beside;
	if (text.length <= most + 20) return text;
	const start = isFirst ? "" : text.slice(0, beside);
	const end = isLast ? "" : text.slice(-beside);
	return `${start}…${end}`;
}

const mention = /\[(@(?:\\.|[^\]\\])+)\]\(mention:[\w-]+\)/g;
const readable = (text: string) => text.replace(mention, (_, name: string) => name.replace(/\\(.)/g, "$1"));

/** How a text was changed, word by word. */
export function TextChange({ from, to }: { from: string; to: string }) {
	const all = steps(readable(from), readable(to));
	return (
		<p class="text-change" dir="auto">
			{all.map(({ text, what }, at) => {
				if (what === "added" && from !== "") return <ins key={at}>{text}</ins>;
				if (what === "removed") return <del key={at}>{text}</del>;
				return what === "kept" ? shortened(text, at === 0, at === all.length - 1) : text;
			})}
		</p>
	);
}
