import { Keyboard, LogOut, Plus, ShieldCheck, UserRound, X } from "lucide-preact";
import { Avatar } from "../components/avatar";
import { Bell } from "../components/bell";
import { IconButton } from "../components/button";
import { Logo } from "../components/logo";
import { Menu } from "../components/menu";
import { Segmented } from "../components/segmented";
import { perform } from "../lib/actions/registry";
import { common } from "../lib/messages/common";
import { shell } from "../lib/messages/shell";
import { href } from "../lib/route";
import { go, route } from "../lib/router";
import { signOut, user } from "../lib/session";
import { addressOf, findProject, projects } from "../lib/store/projects";
import { setTheme, theme } from "../lib/theme";
import "./sidebar.css";

const themes = ["system", "light", "dark"] as const;

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
						{common.product}
					</a>
					<Bell />
					<IconButton class="sidebar-close" icon={X} label={shell.closeMenu} onClick={onClose} />
				</div>
				<nav class="sidebar-projects" aria-label={shell.projects}>
					<div class="sidebar-title">
						<h2>{shell.projects}</h2>
						<IconButton icon={Plus} label={shell.newProject} onClick={() => perform("project.create")} />
					</div>
					<ul>
						{projects.value?.map((project) => (
							<li key={project.id}>
								<a
									class="sidebar-link"
									href={href({ name: "project", key: addressOf(project), view: "board" })}
									aria-current={project.id === here ? "page" : undefined}
								>
									<span class="sidebar-key">{project.key}</span>
									<span class="truncate">{project.name}</span>
								</a>
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
	const items = [
		[
			{ label: shell.accountSettings, icon: UserRound, run: () => go("/account") },
			...(me.admin ? [{ label: shell.administration, icon: ShieldCheck, run: () => go("/admin") }] : []),
			{ label: shell.shortcuts, icon: Keyboard, shortcut: "?", run: () => perform("help.shortcuts") },
		],
		[{ label: shell.signOut, icon: LogOut, run: () => void signOut() }],
	];
	return (
		<div class="sidebar-foot">
			<Segmented
				label={shell.theme}
				value={theme.value}
				onPick={setTheme}
				options={themes.map((value) => ({ value, label: shell.themes[value] }))}
			/>
			<Menu
				label={shell.account}
				items={items}
				trigger={({ buttonRef, ...rest }) => (
					<button type="button" class="sidebar-me" ref={buttonRef} {...rest}>
						<Avatar id={me.id} name={me.name} decorative />
						<span class="truncate">{me.name}</span>
					</button>
				)}
			/>
		</div>
	);
}
