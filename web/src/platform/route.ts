// Addresses as data. `parse` and `href` are each other's inverse.

export type ProjectView = (typeof views)[number];
export type Route =
	| { name: "home" | "not-found" | (typeof plain)[number] }
	| { name: "account"; tab: "profile" | (typeof tabs)[number] }
	| { name: "project"; key: string; view: ProjectView; task?: number };

const plain = [
	"sign-in",
	"sign-up",
	"setup",
	"reset-password",
	"invite",
	"notifications",
	"admin",
	"admin/projects",
	"admin/audit",
	"admin/instance",
	"admin/mails",
	"admin/policy",
	"admin/live",
	"search",
	"my-work",
	"import",
] as const;
const tabs = ["notifications", "sessions", "tokens", "calendars"] as const;
const views = [
	"board",
	"table",
	"calendar",
	"timeline",
	"activity",
	"reports",
	"members",
	"settings",
] as const;
const withTasks: readonly ProjectView[] = ["board", "table", "calendar", "timeline"];

export function parse(pathname: string): Route {
	const [first, ...rest] = pathname.split("/").filter(Boolean).map(decode);
	if (first === undefined) return { name: "home" };
	const name = plain.find((candidate) => candidate === [first, ...rest].join("/"));
	if (name) return { name };
	if (first === "account") return account(rest);
	if (first === "p") return project(rest);
	return { name: "not-found" };
}

export function href(route: Route): string {
	if (route.name === "home" || route.name === "not-found") return "/";
	if (route.name === "account") return route.tab === "profile" ? "/account" : `/account/${route.tab}`;
	if (route.name !== "project") return `/${route.name}`;
	const task = route.task === undefined ? "" : `/${route.task}`;
	return `/p/${encodeURIComponent(route.key)}/${route.view}${task}`;
}

function account([tab, ...rest]: string[]): Route {
	if (tab === undefined) return { name: "account", tab: "profile" };
	const known = tabs.find((candidate) => candidate === tab);
	return known && rest.length === 0 ? { name: "account", tab: known } : { name: "not-found" };
}

function project([key, view = "board", number, ...rest]: string[]): Route {
	const known = views.find((candidate) => candidate === view);
	if (!key || !known || rest.length > 0) return { name: "not-found" };
	if (number === undefined) return { name: "project", key, view: known };
	if (!hasTasks(known) || !/^[1-9]\d{0,8}$/.test(number)) return { name: "not-found" };
	return { name: "project", key, view: known, task: Number(number) };
}

/** Whether the dialog of a task opens over the view. */
export function hasTasks(view: ProjectView): boolean {
	return withTasks.includes(view);
}

function decode(part: string): string {
	try {
		return decodeURIComponent(part);
	} catch {
		return part;
	}
}
