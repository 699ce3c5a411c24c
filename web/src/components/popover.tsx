import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { cx } from "./cx";
import { place } from "./place";
import "./popover.css";

interface Props {
	label: string;
	/** What it hangs on, or a point. */
	anchor: () => Element | DOMRect | null;
	onClose: () => void;
	children: ComponentChildren;
	wide?: boolean;
}

/** A small panel on top of the page: rendered means open. Escape or a press outside closes it. */
export function Popover({ label, anchor, onClose, children, wide }: Props) {
	const ref = useRef<HTMLDivElement>(null);
	// At once: the next key belongs to the panel.
	useLayoutEffect(() => {
		const panel = ref.current;
		if (!panel) return undefined;
		const before = document.activeElement as HTMLElement | null;
		panel.showPopover();
		place(panel, anchor());
		(panel.querySelector<HTMLElement>("input, button, select, textarea, a") ?? panel).focus();
		return () => {
			const inside = panel.contains(document.activeElement) || document.activeElement === document.body;
			if (inside && before?.isConnected) before.focus({ preventScroll: true });
		};
	}, []);
	return (
		<div
			ref={ref}
			popover="auto"
			role="dialog"
			aria-label={label}
			tabIndex={-1}
			class={cx("popover", wide && "popover-wide")}
			onToggle={(event) => {
				if (event.target === ref.current && event.newState === "closed") onClose();
			}}
		>
			{children}
		</div>
	);
}
