import { Menu as MenuIcon } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { shell } from "../lib/messages/shell";
import { Bell } from "./bell";
import { IconButton } from "./button";
import { ConnectionPill } from "./connection-pill";
import "./top-bar.css";

/** The line above every page: what it is, its tabs, and whether it is live. */
export function TopBar({
	title,
	children,
	onMenu,
}: {
	title: string;
	children?: ComponentChildren;
	onMenu: () => void;
}) {
	return (
		<header class="top-bar">
			<IconButton class="top-bar-menu" icon={MenuIcon} label={shell.openMenu} onClick={onMenu} />
			<h1 class="truncate">{title}</h1>
			{children}
			<ConnectionPill />
			<Bell class="top-bar-bell" />
		</header>
	);
}
