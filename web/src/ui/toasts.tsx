import { Undo2, X } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import { common } from "../platform/i18n/common";
import { dismissToast, type Toast, toasts } from "../platform/toasts";
import { Button, IconButton } from "./button";
import { cx } from "./cx";
import { lazy, whenIdle } from "./lazy";
import "./toasts.css";

const lasting = 8000;

/** Until it has come the text itself stands there: it is never out of sight. */
const TypedText = lazy(
	() => import("./typed-text").then((m) => m.TypedText),
	({ toast, typed }, failure) => (
		<section class="toast toast-danger toast-typed" aria-label={toast.text}>
			<p>
				<strong>{toast.text}</strong> {toast.detail}
			</p>
			<p dir="auto">{typed.yours}</p>
			{failure}
		</section>
	),
);

/** The region is rendered before its first toast, or screen readers would miss that one. */
export function Toasts() {
	useEffect(() => whenIdle(TypedText.preload), []);
	return (
		<div class="toasts" role="status" aria-live="polite">
			{toasts.value.map((toast) =>
				toast.typed ? (
					<TypedText key={toast.id} toast={toast} typed={toast.typed} />
				) : (
					<Line key={toast.id} toast={toast} />
				),
			)}
		</div>
	);
}

function Line({ toast }: { toast: Toast }) {
	const [paused, setPaused] = useState(false);
	useEffect(() => {
		if (paused) return undefined;
		const timer = setTimeout(() => dismissToast(toast.id), lasting);
		return () => clearTimeout(timer);
	}, [paused, toast.id]);
	const pause = { onMouseEnter: () => setPaused(true), onFocusIn: () => setPaused(true) };
	const resume = { onMouseLeave: () => setPaused(false), onFocusOut: () => setPaused(false) };
	return (
		<div class={cx("toast", toast.tone === "danger" && "toast-danger")} {...pause} {...resume}>
			<div class="toast-words">
				<p>{toast.text}</p>
				{toast.detail && <p class="soft">{toast.detail}</p>}
			</div>
			{toast.offer && (
				<Button
					onClick={() => {
						dismissToast(toast.id);
						toast.offer?.run();
					}}
				>
					{toast.offer.label}
				</Button>
			)}
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
