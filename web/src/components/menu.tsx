import type { LucideIcon } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { shown } from "../lib/actions/keys";
import { type Action, isEnabled } from "../lib/actions/registry";
import { cx } from "./cx";
import { place } from "./place";
import "./menu.css";

export interface MenuItem {
	label: string;
	icon?: LucideIcon;
	shortcut?: string | undefined;
	checked?: boolean;
	disabled?: boolean;
	danger?: boolean;
	run: () => void;
}

/** A registered action as a menu item. */
export function itemOf(action: Action): MenuItem {
	return { label: action.label(), shortcut: action.shortcut, disabled: !isEnabled(action), run: action.run };
}

interface Trigger {
	onClick: () => void;
	"aria-haspopup": "menu";
	"aria-expanded": boolean;
	buttonRef: (element: HTMLButtonElement | null) => void;
}
interface Props {
	label: string;
	/** Groups are set apart by a line. */
	items: readonly (readonly MenuItem[])[];
	/** Draws the button; spread what it is given onto a `Button` or `IconButton`. */
	trigger: (props: Trigger) => ComponentChildren;
	header?: ComponentChildren;
}

export function Menu({ label, items, trigger, header }: Props) {
	const [open, setOpen] = useState(false);
	const anchor = useRef<HTMLButtonElement | null>(null);
	const buttonRef = (element: HTMLButtonElement | null) => {
		anchor.current = element;
	};
	return (
		<>
			{trigger({ onClick: () => setOpen(!open), "aria-haspopup": "menu", "aria-expanded": open, buttonRef })}
			{open && (
				<MenuList
					label={label}
					items={items}
					header={header}
					anchor={() => anchor.current}
					onClose={() => setOpen(false)}
				/>
			)}
		</>
	);
}

interface ListProps extends Pick<Props, "label" | "items" | "header"> {
	/** An element to hang below, or a point (right-click). */
	anchor: () => Element | DOMRect | null;
	onClose: () => void;
}

/** The open menu itself: also used for right-click menus. Arrows, Home, End, first letters, Escape. */
export function MenuList({ label, items, header, anchor, onClose }: ListProps) {
	const ref = useRef<HTMLDivElement>(null);
	useEffect(() => {
		const list = ref.current;
		if (!list) return undefined;
		const before = document.activeElement as HTMLElement | null;
		list.showPopover();
		place(list, anchor());
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
			class="menu"
			onToggle={(event) => {
				if (event.newState === "closed") onClose();
			}}
			onKeyDown={(event) => move(event, ref.current)}
		>
			{header && <div class="menu-header">{header}</div>}
			{items.map((group, index) => (
				<div key={index} class="menu-group" role="none">
					{group.map((item) => (
						<Item key={item.label} item={item} onDone={onClose} />
					))}
				</div>
			))}
		</div>
	);
}

function Item({ item, onDone }: { item: MenuItem; onDone: () => void }) {
	const Icon = item.icon;
	return (
		<button
			type="button"
			{...(item.checked === undefined
				? { role: "menuitem" as const }
				: { role: "menuitemradio" as const, "aria-checked": item.checked })}
			tabIndex={-1}
			disabled={item.disabled}
			class={cx("menu-item", item.danger && "menu-item-danger")}
			onClick={() => {
				onDone();
				item.run();
			}}
		>
			<span class="menu-icon">{Icon && <Icon size={16} aria-hidden="true" />}</span>
			<span class="truncate">{item.label}</span>
			{item.checked && <span class="menu-check" aria-hidden="true" />}
			{item.shortcut && (
				<span class="menu-keys" aria-hidden="true">
					{shown(item.shortcut).map((key) => (
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
