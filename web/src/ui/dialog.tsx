import { X } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { common } from "../platform/i18n/common";
import { useUnsaved } from "../platform/unsaved";
import { Button, IconButton } from "./button";
import { cx } from "./cx";
import { modals } from "./modals";
import { Notices } from "./notices";
import "./dialog.css";

interface Props {
	title: string;
	/** Called on Escape, the close button or a press outside; the owner then stops rendering the dialog. */
	onClose: () => void;
	children: ComponentChildren;
	footer?: ComponentChildren;
	wide?: boolean;
	/** Only screen readers get the title, because the content has a heading of its own. */
	bare?: boolean;
	/** Asks before it is closed with something typed in it. */
	guarded?: boolean;
}

/** A modal dialog, open while it is rendered. The browser keeps the focus inside and gives it back afterwards. */
export function Dialog({ title, onClose, children, footer, wide, bare, guarded }: Props) {
	const [typed, setTyped] = useState(false);
	const [asking, setAsking] = useState(false);
	const leave = () => {
		if (guarded && typed) setAsking(!asking);
		else onClose();
	};
	useUnsaved(Boolean(guarded) && typed);
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
			// The browser does not give the focus back when the dialog has left the document already.
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
				leave();
			}}
			onMouseDown={(event) => {
				if (event.target === ref.current) leave();
			}}
			onInput={() => setTyped(true)}
		>
			<div class="dialog-sheet">
				<div class={cx("dialog-head", bare && "visually-hidden")}>
					<h2 id={id}>{title}</h2>
					{!bare && <IconButton icon={X} label={common.close} onClick={leave} />}
				</div>
				<div class="dialog-body">{children}</div>
				{asking && <Discard onStay={() => setAsking(false)} onDiscard={onClose} />}
				{footer && !asking && <div class="dialog-foot">{footer}</div>}
			</div>
			<Notices within={self} />
		</dialog>
	);
}

function Discard({ onStay, onDiscard }: { onStay: () => void; onDiscard: () => void }) {
	return (
		<div class="dialog-foot" role="alert">
			<p class="dialog-question">{common.discardQuestion}</p>
			<Button tone="ghost" onClick={onDiscard}>
				{common.discard}
			</Button>
			<Button tone="primary" autofocus onClick={onStay}>
				{common.keepEditing}
			</Button>
		</div>
	);
}
