import { signal } from "@preact/signals";
import type { Instance, OwnPolicy, Problem, ProjectSummary, User } from "boardcast";
import { api, body, onResolve, onSignedOut } from "../platform/api";
import { forgetAsked } from "../platform/asked-ahead";
import { useDraftsOf } from "../platform/drafts";
import { explain } from "../platform/i18n/errors";
import { go, route } from "../platform/router";
import { toast } from "../platform/toasts";
import { whenIdle } from "../ui/lazy";
import { endAll } from "./endings";
import { forgetLast, isUnverified } from "./last/state";
import { live as words } from "./messages";
import {
	allProjects,
	findProject,
	forgetProjects,
	loadProjects,
	openProject,
	showProjects,
} from "./projects";
import { withRealIds } from "./provisional";
import { refused } from "./refused";
import {
	noteAddresses,
	notePlaces,
	noteSignedIn,
	noteSignedOut,
	noteUser,
	onOtherUser,
	probablySignedIn,
} from "./session-hint";
import { gate } from "./store/operations";
import { onRetry, startStream, stopStream, tellConnection } from "./stream";
import { beginWaiting, discardWaiting, endWaiting } from "./waiting";

/** The signed-in user: undefined until the server has answered, null when no one is signed in. */
export const user = signal<User | null | undefined>(undefined);
/** What this server allows, such as signing up; undefined until it was read. */
export const instance = signal<Instance | undefined>(undefined);
/** What the policy of this server means for the user; what is not known is not forbidden. */
export const policy = signal<OwnPolicy | undefined>(undefined);
/** True when the first request of the page got no answer. */
export const unreachable = signal(false);

/** The session has ended without the user's doing: the sign-in page says why it is shown. */
export const sessionEnded = signal(false);

/** What was asked for ahead and is not used by then is of no use, in ms. */
const askedFor = 10_000;

/** After so long without an answer the page opens as it last was, in ms. */
const patience = 5000;

/** Pages that are shown without a session. */
const publicPages = new Set(["sign-in", "sign-up", "setup", "reset-password", "invite"]);

export async function startSession(): Promise<void> {
	onSignedOut(end);
	onResolve(withRealIds);
	onOtherUser(otherUser);
	setTimeout(forgetAsked, askedFor);
	unreachable.value = false;
	const isFirst = user.peek() === undefined;
	const late = setTimeout(openLast, patience);
	// Read the projects beside the session, not after it: on most visits the cookie is still valid.
	const prefetched = isFirst && probablySignedIn() ? prefetch() : undefined;
	try {
		begin(await body(api.GET("/session")), prefetched);
	} catch (error) {
		if ((error as Problem).status === 401) end();
		else unreachable.value = !(await openLast());
	} finally {
		clearTimeout(late);
	}
}

let opening: Promise<boolean> | undefined;

/** Without an answer: the page as this user last saw it, if this browser has kept that. */
function openLast(): Promise<boolean> {
	opening ??= import("./last/open").then(
		(m) => m.openLast({ show, again: startSession, tell: tellConnection, onRetry }),
		() => false,
	);
	return opening;
}

function show(known: User, projects: ProjectSummary[]): boolean {
	// The answer has come after all.
	if (user.peek() !== undefined) return false;
	isUnverified.value = true;
	showProjects(projects);
	settle(known);
	return true;
}

interface SignedIn {
	user: User;
	policy: OwnPolicy;
}

/** Asks before a sign-out that would lose edits: how many wait, and what to do when the person agrees. */
export const askedToSignOut = signal<{ waiting: number; goOn: () => void } | undefined>(undefined);

/** Ends the session and shows the sign-in page, or keeps the page that is shown (`stay`). */
export async function signOut(stay = false): Promise<void> {
	const waiting = gate.waiting.peek();
	if (waiting === 0) return leave(stay);
	askedToSignOut.value = { waiting, goOn: () => void leave(stay) };
}

async function leave(stay: boolean): Promise<void> {
	try {
		await api.DELETE("/session");
	} catch (error) {
		const problem = error as Problem;
		// 401: the session has ended already.
		if (problem.status !== 401) {
			toast({ tone: "danger", text: words.couldNotSignOut, detail: explain(problem) });
			return;
		}
	}
	await discardWaiting();
	end();
	sessionEnded.value = false;
	if (!stay) go("/sign-in", { sure: true });
}

export async function loadInstance(): Promise<void> {
	instance.value ??= await body(api.GET("/instance")).catch(() => undefined);
}

/** Load the user's projects and open the stream. */
export function begin({ user: next, policy: own }: SignedIn, prefetched?: Promise<void>): void {
	policy.value = own;
	const before = user.peek();
	if (before && isUnverified.peek() && before.id !== next.id) {
		// The browser was handed on: nothing of what is shown is theirs.
		noteUser(next.id);
		noteAddresses(undefined);
		notePlaces(undefined);
		forgetLast();
		otherUser();
		return;
	}
	// Two requests have asked.
	if (before?.id === next.id && !isUnverified.peek()) return;
	isUnverified.value = false;
	sessionEnded.value = false;
	noteSignedIn();
	settle(next);
	// Nothing else is answered until it is set up.
	if (own.second_factor_missing) return;
	void (prefetched ?? loadProjects()).then(() => {
		// The prefetch fails when the cookie had expired before this sign-in.
		if (prefetched && !allProjects.peek()) void loadProjects();
	});
	startStream(next.id, end);
}

function settle(next: User): void {
	noteUser(next.id);
	user.value = next;
	useDraftsOf(next.id);
	whenIdle(() => {
		if (user.peek()?.id === next.id)
			void refused.use(({ beginRefused }) => beginRefused(next.id, openProject));
	});
	beginWaiting(next.id);
}

/** Load the list of projects, and the project that the address names. */
async function prefetch(): Promise<void> {
	await loadProjects();
	const now = route.peek();
	const project = now.name === "project" ? findProject(now.key) : undefined;
	if (project) openProject(project.id);
}

/** Another tab has signed in another user: the cookie is theirs, and so is whatever this page would ask for. */
function otherUser(): void {
	endWaiting();
	location.reload();
}

function end(): void {
	// Several requests may learn at the same time that the session has ended.
	if (user.peek() === null) return;
	// Also where the page was opened with a session that had ended meanwhile.
	sessionEnded.value = user.peek() !== undefined || probablySignedIn();
	noteSignedOut();
	noteAddresses(undefined);
	notePlaces(undefined);
	forgetAsked();
	stopStream();
	endWaiting();
	endAll();
	forgetProjects();
	forgetLast();
	user.value = null;
	if (publicPages.has(route.peek().name)) return;
	const here = location.pathname + location.search;
	go(here === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(here)}`, { replace: true });
}
