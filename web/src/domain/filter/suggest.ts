import { folded } from "../../platform/text";
import { type FilterKind, kinds } from "./filter";
import { type Piece, pieces, quotedValue } from "./grammar";

export interface Suggestion {
	id: string;
	/** What takes the place of the piece. */
	insert: string;
	/** The kind or the value, as it is read. */
	label: string;
	detail?: string;
	/** The value is an option of this kind. */
	of?: { kind: FilterKind; option: string };
}

interface Words {
	hints: Record<FilterKind, string>;
}
/** What may be chosen of a kind, with the value as it is typed. */
type Options = (kind: FilterKind) => readonly { id: string; label: string }[];

const most = 8;
/** People, labels, milestones and columns are typed by their names; `me` and `none` are words of their own. */
const byName: readonly FilterKind[] = ["assignee", "label", "milestone", "column"];
const typed = (kind: FilterKind, { id, label }: { id: string; label: string }) =>
	byName.includes(kind) && id !== "me" && id !== "none" ? quotedValue(label) : id;

/** The piece of a line that the caret stands at the end of. */
export function pieceAt(line: string, caret: number): Piece | undefined {
	return pieces(line).find((piece) => piece.end === caret && !(piece.quoted && line[caret - 1] === '"'));
}

/** How a piece may go on: a kind, or a value of its kind. */
export function suggestionsFor(
	{ kind, text, excluded }: Piece,
	options: Options,
	words: Words,
): Suggestion[] {
	const sign = excluded ? "-" : "";
	const plain = folded(text);
	if (!kind) {
		if (text.length === 0) return [];
		return kinds
			.filter((one) => one.startsWith(plain))
			.map((one) => ({ id: one, insert: `${sign}${one}:`, label: `${one}:`, detail: words.hints[one] }));
	}
	return options(kind)
		.map((option) => ({ option, value: typed(kind, option) }))
		.filter(({ option, value }) => {
			const parts = folded(option.label).split(/[^\p{L}\p{N}]+/u);
			return folded(value).startsWith(plain) || parts.some((part) => part.startsWith(plain));
		})
		.slice(0, most)
		.map(({ option, value }) => ({
			id: option.id,
			insert: `${sign}${kind}:${value} `,
			label: option.label,
			of: { kind, option: option.id },
		}));
}
