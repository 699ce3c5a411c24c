import { Undo2, X } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import { common } from "../lib/messages/common";
import { dismissToast, type Toast, toasts } from "../lib/toasts";
import { Button, IconButton } from "./button";
import { cx } from "./cx";
import "./toasts.css";

const lasting = 8000;

/** Rendered once by the shell. The region exists before its first toast, or screen readers would miss that one. */
export function Toasts() {
	return (
		<div class="toasts" role="status" aria-live="polite">
			{toasts.value.map((toast) => (
				<Line key={toast.id} toast={toast} />
			))}
		</div>
	);
}

function Line({ toast }: { toast: Toast }) {
	const [held, setHeld] = useState(false);
	useEffect(() => {
		if (held) return undefined;
		const timer = setTimeout(() => dismissToast(toast.id), lasting);
		return () => clearTimeout(timer);
	}, [held, toast.id]);
	const hold = { onMouseEnter: () => setHeld(true), onFocusIn: () => setHeld(true) };
	const free = { onMouseLeave: () => setHeld(false), onFocusOut: () => setHeld(false) };
	return (
		<div class={cx("toast", toast.tone === "danger" && "toast-danger")} {...hold} {...free}>
			<div class="toast-words">
				<p>{toast.text}</p>
				{toast.detail && <p class="soft">{toast.detail}</p>}
			</div>
			{toast.undo && (
				<Button
					tone="ghost"
					icon={Undo2}
					onClick={() => {
						dismissToast(toast.id);
						toast.undo?.();
					}}
				>
					{common.undo}
				</Button>
			)}
			{toast.link && (
				<a
					class="toast-link link"
					href={toast.link.href}
					onClick={() => {
						dismissToast(toast.id);
						toast.link?.follow?.();
					}}
				>
					{toast.link.label}
				</a>
			)}
			<IconButton icon={X} label={common.dismiss} onClick={() => dismissToast(toast.id)} />
		</div>
	);
}
