import { useLayoutEffect, useRef } from "preact/hooks";
import { setHtml } from "../../platform/html";
import { cx } from "../../ui/cx";
import { writing as words } from "./messages";
import "./rendered.css";

interface Props {
	/** As the server has made it. */
	html: string;
	/** The user: mentions of them stand out. */
	me: string;
	/** Absent: the boxes of task lists are only shown. */
	onBox?: ((box: string, checked: boolean) => void) | undefined;
	/** A link to a task was pressed; returns whether that was all. */
	onReference?: ((address: string) => boolean) | undefined;
	/** An image was pressed: the id of its attachment. */
	onImage?: ((attachment: string) => void) | undefined;
	class?: string | undefined;
}

/** A text of people, drawn by the server. */
export function Rendered({ html, me, onBox, onReference, onImage, class: name }: Props) {
	const ref = useRef<HTMLDivElement>(null);
	const ticks = onBox !== undefined;
	useLayoutEffect(() => {
		const root = ref.current;
		if (!root) return;
		const focused = root.contains(document.activeElement) ? (document.activeElement as HTMLElement) : null;
		const box = focused?.dataset["box"];
		setHtml(root, html);
		finish(root, me, ticks);
		// A box that was ticked by a key is drawn anew: the next key goes to it too.
		if (box !== undefined)
			root.querySelector<HTMLElement>(`[data-box="${CSS.escape(box)}"]`)?.focus({ preventScroll: true });
	}, [html, me, ticks]);
	return (
		// biome-ignore lint/a11y/noStaticElementInteractions: the links and boxes inside take the keys themselves
		// biome-ignore lint/a11y/useKeyWithClickEvents: the links and boxes inside take the keys themselves
		<div
			ref={ref}
			class={cx("rendered", name)}
			onClick={(event) => {
				const target = event.target as Element;
				const box = target.closest<HTMLInputElement>("input[data-box]");
				if (box && onBox) onBox(box.dataset["box"] ?? "", box.checked);
				const [, image] = /attachments\/([\w-]+)\/content/.exec((target as HTMLImageElement).src ?? "") ?? [];
				if (image && !target.closest("a")) onImage?.(image);
				const other = event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
				const link = other ? null : target.closest("a.reference");
				if (link && onReference?.(link.getAttribute("href") ?? "")) event.preventDefault();
			}}
		/>
	);
}

const blocks = "p, li, ul, ol, h1, h2, h3, h4, h5, h6, blockquote, td, th";
const rightToLeft =
	/[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u;

/** By the first letter, as `dir="auto"` would, which looks into no block that has a direction of its own. */
function directionOf(text: string): "rtl" | "ltr" {
	return rightToLeft.test(/\p{L}/u.exec(text)?.[0] ?? "") ? "rtl" : "ltr";
}

/** What only this side knows, and what the sanitised HTML cannot say. */
function finish(root: HTMLElement, me: string, ticks: boolean): void {
	// Each in its own direction: a quote may be in another script than its answer.
	for (const block of [root, ...root.querySelectorAll<HTMLElement>(blocks)]) {
		block.dir = directionOf(block.textContent ?? "");
	}
	for (const mention of root.querySelectorAll<HTMLElement>(".mention")) {
		mention.toggleAttribute("data-own", mention.dataset["mention"] === me);
	}
	for (const box of root.querySelectorAll<HTMLInputElement>("input[type=checkbox]")) {
		box.disabled = !(ticks && "box" in box.dataset);
		box.closest("li")?.classList.add("rendered-task");
		box.ariaLabel = box.closest("li")?.textContent?.trim().slice(0, 80) || words.box;
	}
	for (const table of root.querySelectorAll("table")) {
		const frame = document.createElement("div");
		frame.className = "rendered-wide";
		table.replaceWith(frame);
		frame.append(table);
	}
	for (const wide of root.querySelectorAll<HTMLElement>(".rendered-wide, pre")) measureSoon(wide);
}

const unmeasured = new Set<HTMLElement>();

/** Together with the others of this frame: to measure one after another would lay out the page as often. */
function measureSoon(wide: HTMLElement): void {
	unmeasured.add(wide);
	if (unmeasured.size > 1) return;
	requestAnimationFrame(() => {
		const all = [...unmeasured].filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth);
		unmeasured.clear();
		for (const one of all) {
			// With the focus in it the arrow keys scroll it.
			one.tabIndex = 0;
			one.setAttribute("role", "group");
			one.ariaLabel = words.scrolls;
		}
	});
}
