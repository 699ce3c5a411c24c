import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { anchorTo, keepInside } from "./anchor";
import { cx } from "./cx";
import "./options.css";
import "./popover.css";

interface Props {
	label: string;
	/** The element or the point beside which it opens. */
	anchor: () => Element | DOMRect | null;
	onClose: () => void;
	children: ComponentChildren;
	wide?: boolean;
}

/** A small panel on top of the page, open while it is rendered. Escape or a press outside closes it. */
export function Popover({ label, anchor, onClose, children, wide }: Props) {
	const ref = useRef<HTMLDivElement>(null);
	// In the layout phase, so that the next key goes to the panel.
	useLayoutEffect(() => {
		const panel = ref.current;
		if (!panel) return undefined;
		const before = document.activeElement as HTMLElement | null;
		panel.showPopover();
		anchorTo(panel, anchor());
		const end = keepInside(panel);
		const first = "[data-first]";
		const usable = "input, button, textarea, a";
		(panel.querySelector<HTMLElement>(first) ?? panel.querySelector<HTMLElement>(usable) ?? panel).focus();
		return () => {
			end();
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
			class={cx("floating popover", wide && "popover-wide")}
			onToggle={(event) => {
				if (event.target === ref.current && event.newState === "closed") onClose();
			}}
		>
			{children}
		</div>
	);
}
