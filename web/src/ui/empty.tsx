import type { LucideIcon } from "lucide-preact";
import type { ComponentChildren } from "preact";
import "./empty.css";

/** In place of an empty list: what it is for, and a button that creates the first entry. */
export function Empty({
	icon: Icon,
	title,
	children,
	action,
}: {
	icon: LucideIcon;
	title: string;
	children?: ComponentChildren;
	action?: ComponentChildren;
}) {
	return (
		<div class="empty">
			<span class="empty-icon">
				<Icon size={22} aria-hidden="true" />
			</span>
			<h2>{title}</h2>
			{children && <p class="soft">{children}</p>}
			{action}
		</div>
	);
}

/** Grey lines in place of content during its first load. */
export function Skeleton({ lines = 3 }: { lines?: number }) {
	return (
		<div class="skeleton" aria-hidden="true">
			{Array.from({ length: lines }, (_, line) => (
				<span key={line} class="skeleton-line" />
			))}
		</div>
	);
}
