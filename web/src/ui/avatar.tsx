import { signal } from "@preact/signals";
import { cx } from "./cx";
import "./avatar.css";

interface Props {
	id: string;
	name: string;
	size?: "s" | "m" | "l";
	/** The name is shown beside it: screen readers skip the avatar. */
	decorative?: boolean;
}

/** Initials on the person's colour, which all users see alike. */
export function Avatar({ id, name, size = "m", decorative }: Props) {
	const spoken = decorative ? { "aria-hidden": true as const } : { role: "img" as const, "aria-label": name };
	return (
		<span {...spoken} title={name} class={cx("avatar", `avatar-${size}`)} data-hue={hue(id)}>
			{initials(name)}
		</span>
	);
}

export function initials(name: string): string {
	const words = name.trim().split(/\s+/);
	const first = [...(words[0] ?? "")][0] ?? "?";
	const last = words.length > 1 ? ([...(words.at(-1) ?? "")][0] ?? "") : "";
	return (first + last).toUpperCase();
}

/** The colours in the order in which they are given out: those that lie next to each other here differ most. */
const turns = [2, 1, 0, 3, 6, 4, 7, 5];

type Places = ReadonlyMap<string, number>;

const places = signal<Places>(new Map());
const mostPlaces = 200;

/**
 * The people who are shown together, in an order that all users see: as many as there are colours get one of their own. Who is
 * not among them keeps the place of an earlier order. Returns all places.
 */
export function orderPeople(ids: readonly string[]): Places {
	const others = [...places.peek()].filter(([id]) => !ids.includes(id));
	return takePlaces([...others, ...ids.map((id, place) => [id, place] as const)].slice(-mostPlaces));
}

/** Places of an earlier visit. */
export function takePlaces(known: Iterable<readonly [string, number]>): Places {
	places.value = new Map(known);
	return places.value;
}

/** The number of a person's colour. */
export function hue(id: string): number {
	return turns[places.value.get(id) ?? turns.length] ?? hashed(id);
}

function hashed(id: string): number {
	// FNV-1a, folded: ids of the same moment share most of their digits, and their colours should still differ.
	let sum = 0x811c9dc5;
	for (const char of id) sum = Math.imul(sum ^ char.charCodeAt(0), 0x01000193);
	return ((sum >>> 16) ^ (sum & 0xffff)) % turns.length;
}
