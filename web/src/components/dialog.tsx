import { X } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { common } from "../lib/messages/common";
import { IconButton } from "./button";
import { cx } from "./cx";
import { modals } from "./modals";
import { Notices } from "./notices";
import "./dialog.css";

interface Props {
	title: string;
	/** Asked for by Escape, the cross or a press outside; the owner then stops rendering it. */
	onClose: () => void;
	children: ComponentChildren;
	footer?: ComponentChildren;
	wide?: boolean;
	/** The title is spoken but not drawn, where the content has a heading of its own. */
	bare?: boolean;
}

/** A modal dialog: rendered means open. The browser keeps the focus inside and gives it back afterwards. */
export function Dialog({ title, onClose, children, footer, wide, bare }: Props) {
	const ref = useRef<HTMLDialogElement>(null);
	const id = useId();
	const [self] = useState(() => ({}));
	useEffect(() => {
		const dialog = ref.current;
		const before = document.activeElement as HTMLElement | null;
		if (dialog && !dialog.open) dialog.showModal();
		modals.value = [...modals.peek(), self];
		return () => {
			modals.value = modals.peek().filter((other) => other !== self);
			dialog?.close();
			// A dialog that has left the document already gives the focus back to nobody.
			if (document.activeElement === document.body) before?.focus({ preventScroll: true });
		};
	}, []);
	return (
		<dialog
			ref={ref}
			class={cx("dialog", wide && "dialog-wide")}
			aria-labelledby={id}
			onCancel={(event) => {
				event.preventDefault();
				onClose();
			}}
			onMouseDown={(event) => {
				if (event.target === ref.current) onClose();
			}}
		>
			<div class="dialog-sheet">
				<div class={cx("dialog-head", bare && "quiet")}>
					<h2 id={id}>{title}</h2>
					{!bare && <IconButton icon={X} label={common.close} onClick={onClose} />}
				</div>
				<div class="dialog-body">{children}</div>
				{footer && <div class="dialog-foot">{footer}</div>}
			</div>
			<Notices within={self} />
		</dialog>
	);
}
