import type { LucideIcon } from "lucide-preact";
import type { ComponentChildren } from "preact";
import "./empty.css";

/** Nothing here yet, what it would be, and the way to the first one. */
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

/** Grey where the first content will be; only at the first load, never over data already seen. */
export function Skeleton({ lines = 3 }: { lines?: number }) {
	return (
		<div class="skeleton" aria-hidden="true">
			{Array.from({ length: lines }, (_, line) => (
				<span key={line} class="skeleton-line" />
			))}
		</div>
	);
}
