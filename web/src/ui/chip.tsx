import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { cx } from "./cx";
import "./chip.css";

interface Props {
	children: ComponentChildren;
	/** `#rrggbb` of a label, shown as a dot, so that the text is readable whatever the colour. */
	colour?: string;
	tone?: "neutral" | "danger" | "warning" | "positive";
	title?: string;
}

export function Chip({ children, colour, tone = "neutral", title }: Props) {
	return (
		<span class={cx("chip", `chip-${tone}`)} title={title}>
			{colour && <Dot colour={colour} />}
			<span class="truncate" dir="auto">
				{children}
			</span>
		</span>
	);
}

export function Dot({ colour }: { colour: string }) {
	const ref = useRef<HTMLSpanElement>(null);
	// By script, because the content security policy forbids style attributes.
	useLayoutEffect(() => ref.current?.style.setProperty("--dot", colour), [colour]);
	return <span ref={ref} class="dot" aria-hidden="true" />;
}
