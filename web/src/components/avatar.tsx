import { cx } from "./cx";
import "./avatar.css";

interface Props {
	id: string;
	name: string;
	size?: "s" | "m" | "l";
	/** The name stands beside it anyway. */
	decorative?: boolean;
}

/** Initials on a colour that follows from the id, the same for everybody. */
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
	return (first + last).toLocaleUpperCase();
}

const hues = 8;

/** Number of the colour that a person has everywhere. */
export function hue(id: string): number {
	// FNV-1a, folded: ids made in one moment share most of their digits and should still differ in colour.
	let sum = 0x811c9dc5;
	for (const char of id) sum = Math.imul(sum ^ char.charCodeAt(0), 0x01000193);
	return ((sum >>> 16) ^ (sum & 0xffff)) % hues;
}
