import { SearchX } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import { Empty } from "../components/empty";
import { TopBar } from "../components/top-bar";
import type { User } from "../lib/api/types";
import { startInbox } from "../lib/inbox/inbox";
import { common } from "../lib/messages/common";
import { shell } from "../lib/messages/shell";
import { fragment, query, route, setQuery } from "../lib/router";
import { setTitle } from "../lib/title";
import { useGlobalActions } from "./actions";
import { CreateProject, creating } from "./create-project";
import { Farewells } from "./farewells";
import { Account, Admin, Debug, Notifications } from "./features";
import { Home } from "./home";
import { Palette, palette } from "./palette";
import { ProjectPage } from "./project";
import { Shortcuts, showingShortcuts } from "./shortcuts";
import { Sidebar } from "./sidebar";
import "./shell.css";

export function Shell({ user }: { user: User }) {
	const [menu, setMenu] = useState(false);
	const [debugging, setDebugging] = useState(false);
	useGlobalActions();
	// Going somewhere closes the drawer on a phone.
	useEffect(() => setMenu(false), [route.value, fragment.value]);
	useEffect(startInbox, [user.id]);
	const wanted = query.value.get("debug") === "events";
	// Once asked for it stays, wherever one goes.
	useEffect(() => setDebugging((now) => now || wanted), [wanted]);
	const closeDebug = () => {
		setDebugging(false);
		setQuery({ debug: null });
	};
	return (
		<div class="shell" data-menu={menu || undefined}>
			<a class="skip" href="#content">
				{shell.skip}
			</a>
			<Sidebar onClose={() => setMenu(false)} />
			<div class="shell-main">
				<Farewells />
				<View user={user} onMenu={() => setMenu(true)} />
			</div>
			{creating.value && <CreateProject />}
			{showingShortcuts.value && <Shortcuts />}
			{palette.value && <Palette commands={palette.value} />}
			{debugging && <Debug onClose={closeDebug} />}
		</div>
	);
}

const titles = {
	home: shell.allProjects,
	account: shell.account,
	notifications: shell.notifications,
	admin: shell.administration,
	"not-found": shell.pageGone,
};

function View({ user, onMenu }: { user: User; onMenu: () => void }) {
	const now = route.value;
	useEffect(() => {
		if (now.name !== "project") setTitle(titles[now.name as keyof typeof titles] ?? "");
	}, [now.name]);
	if (now.name === "project") {
		return <ProjectPage projectKey={now.key} view={now.view} task={now.task} user={user} onMenu={onMenu} />;
	}
	if (now.name === "home") return <Home user={user} onMenu={onMenu} />;
	if (now.name === "account") return <Account user={user} tab={now.tab} onMenu={onMenu} />;
	if (now.name === "admin" && user.admin) return <Admin user={user} onMenu={onMenu} />;
	if (now.name === "notifications") return <Notifications user={user} onMenu={onMenu} />;
	return (
		<>
			<TopBar title={common.product} onMenu={onMenu} />
			<main id="content" class="page" tabIndex={-1}>
				<Empty
					icon={SearchX}
					title={shell.pageGone}
					action={
						<a class="link" href="/">
							{shell.backToProjects}
						</a>
					}
				/>
			</main>
		</>
	);
}
