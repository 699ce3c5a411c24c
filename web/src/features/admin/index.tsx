import type { User } from "boardcast";
import { useEffect } from "preact/hooks";
import { instance, loadInstance } from "../../live/session";
import { TopBar } from "../../ui/top-bar";
import { Audit } from "./audit/index";
import { FailedMails } from "./failed-mails";
import { Instance } from "./instance/index";
import { Live } from "./live/index";
import { admin } from "./messages";
import { People } from "./people/index";
import { PolicyForm } from "./policy/index";
import { Projects } from "./projects/index";
import "../../ui/rows.css";
import "./admin.css";

interface Props {
	user: User;
	/** The part that the address names; people when it names none. */
	part: string | undefined;
}

const parts = ["projects", "policy", "audit", "instance", "mails", "live"] as const;

/** For administrators: who is on this server, what was done on it, and how it is doing. */
export function Admin({ user, part }: Props) {
	useEffect(() => void loadInstance(), []);
	const mails = instance.value?.mail === true;
	const shown = parts.filter((name) => name !== "mails" || mails || part === "mails");
	return (
		<>
			<TopBar title={admin.title} />
			<nav class="admin-nav" aria-label={admin.parts}>
				<Tab path="/admin" name={admin.accounts} current={part === undefined} />
				{shown.map((name) => (
					<Tab key={name} path={`/admin/${name}`} name={admin.part[name]} current={part === name} />
				))}
			</nav>
			<Part user={user} part={part} />
		</>
	);
}

function Tab({ path, name, current }: { path: string; name: string; current: boolean }) {
	return (
		<a class="tab" href={path} aria-current={current ? "page" : undefined}>
			{name}
		</a>
	);
}

function Part({ user, part }: Props) {
	if (part === "live") return <Live />;
	return (
		<main id="content" class="page" tabIndex={-1}>
			{part === undefined && <People user={user} />}
			{part === "projects" && <Projects email={user.email} />}
			{part === "policy" && <PolicyForm />}
			{part === "audit" && <Audit />}
			{part === "instance" && <Instance />}
			{part === "mails" && <FailedMails />}
		</main>
	);
}
