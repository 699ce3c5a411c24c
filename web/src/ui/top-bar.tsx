import { Menu as MenuIcon } from "lucide-preact";
import { type ComponentChildren, createContext } from "preact";
import { useContext } from "preact/hooks";
import { common } from "../platform/i18n/common";
import { IconButton } from "./button";
import "./top-bar.css";

interface Frame {
	/** Opens the sidebar on a phone. */
	onMenu: () => void;
	/** Stands at the end of every page's top bar. */
	tools: ComponentChildren;
}

/** What the shell adds to the top bar of every page. */
export const TopBarFrame = createContext<Frame>({ onMenu: () => {}, tools: null });

/** The line above a page: its name, and its tabs as children. */
export function TopBar({ title, children }: { title: string; children?: ComponentChildren }) {
	const { onMenu, tools } = useContext(TopBarFrame);
	return (
		<header class="top-bar">
			<IconButton class="top-bar-menu" icon={MenuIcon} label={common.openMenu} onClick={onMenu} />
			<h1 class="truncate" dir="auto" title={title}>
				{title}
			</h1>
			{children}
			{tools}
		</header>
	);
}
