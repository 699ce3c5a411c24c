import type { Ink } from "./picture";

/** The colours of the present theme, as a canvas takes them. */
export interface Inks {
	of: (ink: Ink, alpha?: number) => string;
	line: string;
	text: string;
	soft: string;
	surface: string;
	font: (weight?: number) => string;
}

/** A canvas knows no custom properties: an element within `host` says what they are there. */
export function inksOf(host: HTMLElement): Inks {
	const probe = document.createElement("span");
	host.append(probe);
	const style = getComputedStyle(probe);
	const known = new Map<string, string>();
	const read = (name: string) => {
		const found = known.get(name);
		if (found !== undefined) return found;
		probe.style.color = `var(--${name})`;
		const { color } = style;
		known.set(name, color);
		return color;
	};
	const names: readonly Ink[] = [
		"accent",
		"bar",
		"bar-0",
		"bar-1",
		"bar-2",
		"bar-3",
		"bar-4",
		"bar-5",
		"bar-done",
		"danger",
		"text-soft",
	];
	for (const name of names) read(name);
	const [line, text, soft, surface] = ["line", "text", "text-soft", "surface"].map(read);
	const { fontFamily } = style;
	probe.remove();
	return {
		of: (ink, alpha = 1) => translucent(known.get(ink) ?? "", alpha),
		line: line ?? "",
		text: text ?? "",
		soft: soft ?? "",
		surface: surface ?? "",
		font: (weight = 400) => `${weight} 12px ${fontFamily}`,
	};
}

/** `rgb(1, 2, 3)`, as browsers answer it, with less of it. */
export function translucent(colour: string, alpha: number): string {
	const parts = /^rgb\((.+)\)$/.exec(colour)?.[1];
	return parts === undefined || alpha === 1 ? colour : `rgba(${parts}, ${alpha})`;
}
