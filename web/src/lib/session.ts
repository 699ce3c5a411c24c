import { signal } from "@preact/signals";
import { api, body, onSignedOut } from "./api/client";
import type { Problem } from "./api/problem";
import type { Instance, User } from "./api/types";
import { expectAgain, expectNobody, isExpected } from "./expected";
import { explain } from "./messages/errors";
import { sign } from "./messages/sign";
import { go, route } from "./router";
import { allProjects, findProject, forgetProjects, loadProjects, openProject } from "./store/projects";
import { startStream, stopStream } from "./stream";
import { toast } from "./toasts";

/** Who is signed in: undefined until known, null for nobody. */
export const user = signal<User | null | undefined>(undefined);
export const instance = signal<Instance | undefined>(undefined);
/** The server could not be asked at all. */
export const unreachable = signal(false);

const open = new Set(["sign-in", "sign-up", "setup", "invite"]);

export async function startSession(): Promise<void> {
	onSignedOut(leave);
	unreachable.value = false;
	// Whoever was here will be here again: what is asked next does not wait for who it is.
	const begun = isExpected() ? readAhead() : undefined;
	try {
		take((await body(api.GET("/session"))).user, begun);
	} catch (error) {
		if ((error as Problem).status === 401) leave();
		else unreachable.value = true;
	}
}

/** After signing in or up: read what is ours, open the stream. */
export function enter(next: User, remember: boolean): void {
	expectAgain(remember);
	take(next);
}

function take(next: User, begun?: Promise<void>): void {
	expectAgain();
	user.value = next;
	void (begun ?? loadProjects()).then(() => {
		// What was asked ahead may have been refused.
		if (begun && !allProjects.peek()) void loadProjects();
	});
	startStream(next.id, leave);
}

/** My projects, and the one that this address is of. */
async function readAhead(): Promise<void> {
	await loadProjects();
	const now = route.peek();
	const project = now.name === "project" ? findProject(now.key) : undefined;
	if (project) openProject(project.id);
}

export async function loadInstance(): Promise<void> {
	instance.value ??= await body(api.GET("/instance")).catch(() => undefined);
}

/** Ends the session, and goes to sign in, or stays where somebody may act without one. */
export async function signOut(stay = false): Promise<void> {
	try {
		await api.DELETE("/session");
	} catch (error) {
		const problem = error as Problem;
		// A session that is over already is what was wanted.
		if (problem.status !== 401) {
			toast({ tone: "danger", text: sign.couldNotSignOut, detail: explain(problem) });
			return;
		}
	}
	leave();
	if (!stay) go("/sign-in");
}

/** Where to go after signing in: the address that asked for it, if it is one of ours. */
export function nextAddress(): string {
	const next = new URL(location.href).searchParams.get("next") ?? "/";
	if (!next.startsWith("/") || next.startsWith("//")) return "/";
	// The secret of an invitation stays behind the `#`, where no server sees it.
	return next === "/invite" ? next + location.hash : next;
}

function leave(): void {
	// Several requests may be told at the same time that nobody is signed in.
	if (user.peek() === null) return;
	expectNobody();
	stopStream();
	forgetProjects();
	user.value = null;
	if (open.has(route.peek().name)) return;
	const here = location.pathname + location.search;
	go(here === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(here)}`, { replace: true });
}
