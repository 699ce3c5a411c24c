import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Action } from "../platform/actions";
import { lazy, whenIdle } from "./lazy";

/** Comes when the page is idle, or with the first menu that is opened. */
const MenuList = lazy(() => import("./menu-list").then((m) => m.MenuList), null);

interface Trigger {
	onClick: () => void;
	"aria-haspopup": "menu";
	"aria-expanded": boolean;
	buttonRef: (element: HTMLButtonElement | null) => void;
}
interface Props {
	label: string;
	/** A line separates the groups. */
	actions: readonly (readonly Action[])[];
	/** Renders the button: spread its argument onto a `Button` or `IconButton`. */
	trigger: (props: Trigger) => ComponentChildren;
	header?: ComponentChildren;
}

export function Menu({ label, actions, trigger, header }: Props) {
	const [open, setOpen] = useState(false);
	useEffect(() => whenIdle(MenuList.preload), []);
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
					actions={actions}
					header={header}
					anchor={() => anchor.current}
					onClose={() => setOpen(false)}
				/>
			)}
		</>
	);
}
