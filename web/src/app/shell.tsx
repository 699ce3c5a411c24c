import type { User } from "boardcast";
import { useEffect, useMemo, useState } from "preact/hooks";
import { Bell } from "../domain/notification/bell";
import { creating } from "../features/home/creating";
import { shownAsOf } from "../live/last/state";
import { askedToSignOut } from "../live/session";
import { fragment, leaving, query, route, setQuery } from "../platform/router";
import { setTitle } from "../platform/title";
import { lookForUpdate } from "../platform/update";
import { firstScreenIsShown } from "../ui/lazy";
import { present } from "../ui/present";
import { TopBarFrame } from "../ui/top-bar";
import { useGlobalActions } from "./actions";
import { ConnectionPill } from "./connection-pill";
import { LostProjects } from "./lost-projects";
import { shell } from "./messages";
import { palette, showingShortcuts } from "./overlays";
import { ProjectPage } from "./project";
import {
	Account,
	Admin,
	AskFirst,
	CreateProject,
	Debug,
	Home,
	Import,
	LastShown,
	MyWork,
	NotFound,
	Notifications,
	Palette,
	preloadSoon,
	Search,
	Shortcuts,
} from "./screens";
import { Sidebar } from "./sidebar";
import "./shell.css";

export function Shell({ user }: { user: User }) {
	const [menu, setMenu] = useState(false);
	const [debugging, setDebugging] = useState(false);
	useGlobalActions();
	// On a phone the sidebar covers the page: close it when another page opens.
	useEffect(() => setMenu(false), [route.value, fragment.value]);
	useEffect(() => startBehind(user.id), [user.id]);
	useEffect(preloadSoon, []);
	const frame = useMemo(() => ({ onMenu: () => setMenu(true), tools: <Tools /> }), []);
	const wanted = query.value.get("debug") === "events";
	// It stays open on other pages too, until the person closes it.
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
				<LostProjects />
				{shownAsOf.value.size > 0 && <LastShown />}
				<TopBarFrame.Provider value={frame}>
					<View user={user} />
				</TopBarFrame.Provider>
			</div>
			{creating.value && <CreateProject />}
			{showingShortcuts.value && <Shortcuts />}
			{(askedToSignOut.value || leaving.value) && <AskFirst />}
			{palette.value && <Palette commands={palette.value} />}
			{debugging && <Debug onClose={closeDebug} />}
		</div>
	);
}

/** How long to wait before what did not come is asked for again, in ms. */
const again = 5000;

/** Behind the first screen: how many notifications are unread, and what is seen. Returns how to stop. */
function startBehind(user: string): () => void {
	let isOver = false;
	let stop = () => {};
	const begin = () => {
		if (isOver) return;
		import("./behind").then(
			(m) => {
				if (!isOver) stop = m.startBehind(user);
			},
			() => {
				// The server is gone for a moment, or newer: then the page offers to load again.
				void lookForUpdate();
				setTimeout(begin, again);
			},
		);
	};
	begin();
	return () => {
		isOver = true;
		stop();
	};
}

function Tools() {
	const { Faces } = present.value ?? {};
	return (
		<>
			{Faces && <Faces />}
			<ConnectionPill />
			<Bell class="top-bar-bell" />
		</>
	);
}

const titles = {
	home: shell.allProjects,
	account: shell.account,
	notifications: shell.notifications,
	search: shell.search,
	"my-work": shell.myWork,
	admin: shell.administration,
};

function View({ user }: { user: User }) {
	const now = route.value;
	const [name = "", more] = now.name.split("/");
	useEffect(() => {
		// A project says itself when it is there.
		if (now.name !== "project") firstScreenIsShown();
		// Other screens name themselves too.
		const title = titles[name as keyof typeof titles];
		if (title) setTitle(title);
	}, [now.name]);
	if (now.name === "project") {
		return <ProjectPage projectKey={now.key} view={now.view} task={now.task} user={user} />;
	}
	if (now.name === "home") return <Home user={user} />;
	if (now.name === "account") return <Account user={user} tab={now.tab} />;
	if (name === "admin" && user.admin) return <Admin user={user} part={more} />;
	if (now.name === "notifications") return <Notifications />;
	if (now.name === "search") return <Search />;
	if (now.name === "my-work") return <MyWork user={user} />;
	if (now.name === "import") return <Import user={user} />;
	return <NotFound />;
}
