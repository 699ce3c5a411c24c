import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { iconOf } from "../platform/action-icons";
import { type Action, isEnabled } from "../platform/actions";
import { shown } from "../platform/keys";
import { anchorTo } from "./anchor";
import { cx } from "./cx";
import "./options.css";
import "./menu.css";

interface ListProps {
	label: string;
	/** A line separates the groups. */
	actions: readonly (readonly Action[])[];
	header?: ComponentChildren;
	/** The element, or the point of a right-click, below which the menu opens. */
	anchor: () => Element | DOMRect | null;
	onClose: () => void;
}

/** An open menu, also for right-clicks. Arrows, Home, End and first letters move the focus, Escape closes it. */
export function MenuList({ label, actions, header, anchor, onClose }: ListProps) {
	const ref = useRef<HTMLDivElement>(null);
	useEffect(() => {
		const list = ref.current;
		if (!list) return undefined;
		const before = document.activeElement as HTMLElement | null;
		list.showPopover();
		anchorTo(list, anchor());
		buttons(list)[0]?.focus();
		return () => {
			if (list.contains(document.activeElement) || document.activeElement === document.body) before?.focus();
		};
	}, []);
	return (
		<div
			ref={ref}
			popover="auto"
			role="menu"
			tabIndex={-1}
			aria-label={label}
			class="floating menu"
			onToggle={(event) => {
				if (event.newState === "closed") onClose();
			}}
			onKeyDown={(event) => move(event, ref.current)}
		>
			{header && <div class="menu-header">{header}</div>}
			{actions.map((group, index) => (
				<div key={index} class="menu-group" role="none">
					{group.map((action) => (
						<Item key={action.id} action={action} onDone={onClose} />
					))}
				</div>
			))}
		</div>
	);
}

function Item({ action, onDone }: { action: Action; onDone: () => void }) {
	const Icon = iconOf(action);
	const checked = action.checked?.();
	return (
		<button
			type="button"
			{...(checked === undefined
				? { role: "menuitem" as const }
				: { role: "menuitemradio" as const, "aria-checked": checked })}
			tabIndex={-1}
			disabled={!isEnabled(action)}
			class={cx("option menu-item", action.danger && "menu-item-danger")}
			onClick={() => {
				onDone();
				action.run();
			}}
		>
			<span class="menu-icon">{Icon && <Icon size={16} aria-hidden="true" />}</span>
			<span class="truncate">{action.label()}</span>
			{checked && <span class="menu-check" aria-hidden="true" />}
			{action.shortcut && (
				<span class="menu-keys" aria-hidden="true">
					{shown(action.shortcut).map((key) => (
						<kbd key={key}>{key}</kbd>
					))}
				</span>
			)}
		</button>
	);
}

function buttons(list: Element | null): HTMLButtonElement[] {
	return [...(list?.querySelectorAll<HTMLButtonElement>(".menu-item:not(:disabled)") ?? [])];
}

function move(event: KeyboardEvent, list: Element | null): void {
	const all = buttons(list);
	const at = all.indexOf(document.activeElement as HTMLButtonElement);
	const steps: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
	let next = steps[event.key];
	if (next === undefined && event.key.length === 1) {
		const letter = event.key.toLowerCase();
		const found = [...all.slice(at + 1), ...all].find((b) =>
			b.textContent?.trim().toLowerCase().startsWith(letter),
		);
		next = found ? all.indexOf(found) : undefined;
	}
	if (event.key === "Tab") (list as HTMLElement | null)?.hidePopover();
	if (next === undefined) return;
	event.preventDefault();
	event.stopPropagation();
	all.at(next % all.length)?.focus();
}
