import { CircleUser, PanelLeftClose, PanelLeftOpen, Plus, Search, X } from "lucide-preact";
import { Bell } from "../domain/notification/bell";
import { addressOf, findProject, openProject, projects } from "../live/projects";
import { user } from "../live/session";
import { actions, inGroups, isEnabled, perform } from "../platform/actions";
import { common } from "../platform/i18n/common";
import { shown } from "../platform/keys";
import { href } from "../platform/route";
import { route } from "../platform/router";
import { themes } from "../platform/theme";
import { Avatar } from "../ui/avatar";
import { IconButton } from "../ui/button";
import { idle, lazy } from "../ui/lazy";
import { Logo } from "../ui/logo";
import { Menu } from "../ui/menu";
import { shell } from "./messages";
import { isFolded } from "./sidebar-fold";
import "./sidebar.css";

const SidebarProject = lazy(
	() => idle().then(() => import("./sidebar-project").then((m) => m.SidebarProject)),
	null,
);

export function Sidebar({ onClose }: { onClose: () => void }) {
	const now = route.value;
	const here = now.name === "project" ? findProject(now.key)?.id : undefined;
	return (
		<>
			{/* biome-ignore lint/a11y/noStaticElementInteractions: a press beside the drawer closes it; the cross does so by keyboard */}
			{/* biome-ignore lint/a11y/useKeyWithClickEvents: as above */}
			<div class="sidebar-backdrop" onClick={onClose} />
			<aside class="sidebar">
				<div class="sidebar-head">
					<a class="sidebar-brand" href="/">
						<Logo size={22} />
						<span class="sidebar-wide">{common.product}</span>
					</a>
					<Bell />
					<IconButton
						class="sidebar-fold"
						icon={isFolded.value ? PanelLeftOpen : PanelLeftClose}
						label={isFolded.value ? shell.unfoldSidebar : shell.foldSidebar}
						aria-keyshortcuts="Control+B"
						onClick={() => perform("view.sidebar")}
					/>
					<IconButton class="sidebar-close" icon={X} label={shell.closeMenu} onClick={onClose} />
				</div>
				<button
					type="button"
					class="sidebar-search"
					aria-haspopup="dialog"
					aria-keyshortcuts="Control+K /"
					title={shell.palette}
					onClick={() => {
						onClose();
						perform("help.palette");
					}}
				>
					<Search size={16} aria-hidden="true" />
					<span class="sidebar-wide">{shell.search}</span>
					<span class="sidebar-keys sidebar-wide" aria-hidden="true">
						{shown("Ctrl+k").map((key) => (
							<kbd key={key}>{key}</kbd>
						))}
					</span>
				</button>
				<a
					class="sidebar-link"
					href="/my-work"
					aria-current={now.name === "my-work" ? "page" : undefined}
					title={shell.myWork}
				>
					<CircleUser size={16} aria-hidden="true" />
					<span class="sidebar-wide">{shell.myWork}</span>
				</a>
				<nav class="sidebar-projects" aria-label={shell.projects}>
					<div class="sidebar-title">
						<h2 class="sidebar-wide">{shell.projects}</h2>
						<IconButton icon={Plus} label={shell.newProject} onClick={() => perform("project.create")} />
					</div>
					<ul>
						{projects.value?.map((project) => (
							<li key={project.id}>
								<a
									class="sidebar-link"
									href={href({ name: "project", key: addressOf(project), view: "board" })}
									aria-current={project.id === here ? "page" : undefined}
									title={`${project.key} ${project.name}`}
								>
									<span class="sidebar-key">{project.key}</span>
									<span class="truncate sidebar-wide" dir="auto">
										{project.name}
									</span>
								</a>
								{project.id === here && user.value && (
									<SidebarProject key={here} store={openProject(here)} user={user.value} />
								)}
							</li>
						))}
					</ul>
				</nav>
				<Me />
			</aside>
		</>
	);
}

function Me() {
	const me = user.value;
	if (!me) return null;
	const groups = [
		["go.account", "go.admin", "help.shortcuts"],
		themes.map((name) => `theme.${name}`),
		["session.end"],
	];
	const menu = inGroups(actions.value, groups).map((group) => group.filter(isEnabled));
	return (
		<div class="sidebar-foot">
			<Menu
				label={shell.account}
				actions={menu}
				trigger={({ buttonRef, ...rest }) => (
					<button type="button" class="sidebar-me" ref={buttonRef} title={me.name} {...rest}>
						<Avatar id={me.id} name={me.name} decorative />
						<span class="truncate sidebar-wide" dir="auto">
							{me.name}
						</span>
					</button>
				)}
			/>
		</div>
	);
}
