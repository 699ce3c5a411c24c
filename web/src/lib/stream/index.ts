import { effect, type ReadonlySignal, signal } from "@preact/signals";
import { base } from "../api/client";
import type { ProjectEvent } from "../api/types";
import { retryWaiting } from "../store/operations";
import type { Standing } from "../store/project";
import {
	loadProjects,
	openStores,
	receiveEvent,
	receiveHello,
	receiveJoined,
	receiveLeft,
	receiveReset,
} from "../store/projects";
import type { ConnectionState } from "./connection";
import type { Frame } from "./frames";
import { SharedStream } from "./shared";

const state = signal<ConnectionState>({ state: "connecting" });
export const connection: ReadonlySignal<ConnectionState> = state;

type Listener = (data: unknown) => void;
const listeners = new Map<string, Set<Listener>>();
let shared: SharedStream | undefined;
const overheard = new Set<(frame: Frame) => void>();
const counts = { hellos: 0, resets: 0 };
const pollEvery = 4000;
/** What the connection last said; the browser's own "offline" only covers it. */
let told: ConnectionState = state.peek();

/**
 * Hear frames of one type ("notification", "hello", "left", …) beside the store; answers how to stop. "event" is
 * every change of a project, "poll" the moment to ask for what a held back stream does not bring.
 */
export function listen(event: string, listener: Listener): () => void {
	const set = listeners.get(event) ?? new Set();
	listeners.set(event, set.add(listener));
	return () => set.delete(listener);
}

/** Hear every frame as it comes, for whoever watches the stream itself; answers how to stop. */
export function overhear(listener: (frame: Frame) => void): () => void {
	overheard.add(listener);
	return () => overheard.delete(listener);
}

/** How the stream fares: whether this tab holds it for all, where it would go on, how often it began and was reset. */
export function fortunes() {
	return { leading: shared?.leading ?? false, cursor: shared?.cursor, ...counts };
}

export function startStream(user: string, signedOut: () => void): void {
	stopStream();
	counts.hellos = 0;
	counts.resets = 0;
	shared = new SharedStream(`${base}/events`, `boardcast-${user}`, {
		frame: dispatch,
		state: (next) => {
			told = next;
			state.value = next;
			if (next.state === "live") retryWaiting();
		},
		signedOut,
	});
	shared.start();
}

export function stopStream(): void {
	shared?.stop();
	shared = undefined;
}

export function retryNow(): void {
	shared?.retryNow();
	retryWaiting();
}

function dispatch(frame: Frame): void {
	for (const listener of overheard) listener(frame);
	const { event, data } = frame;
	const value = parse(data);
	if (value === undefined) return;
	const standings: Record<string, Standing> = value.projects ?? {};
	if (event === "hello" || event === "reset") {
		counts.resets += Object.values(standings).filter(({ status }) => status === "reset").length;
	}
	if (event === "hello") {
		counts.hellos += 1;
		receiveHello(value.epoch, standings);
	} else if (event === "reset") receiveReset(value.epoch, standings);
	else if (event === "left") receiveLeft(value.project, value.reason ?? "removed");
	else if (event === "joined") receiveJoined();
	else if (typeof value.seq === "number") receiveEvent(value as ProjectEvent);
	if (typeof value.seq === "number") tell("event", value);
	tell(event, value);
}

function tell(event: string, value: unknown): void {
	for (const listener of listeners.get(event) ?? []) listener(value);
}

// biome-ignore lint/suspicious/noExplicitAny: frames are the server's, and each reader above knows its own shape
function parse(data: string): any {
	try {
		return JSON.parse(data);
	} catch {
		return undefined;
	}
}

// A stream that a proxy holds back is replaced by asking: a few seconds late, but nothing is missed.
effect(() => {
	if (state.value.state !== "held_back") return undefined;
	const poll = () => {
		for (const store of openStores()) void store.catchUp();
		void loadProjects();
		tell("poll", undefined);
	};
	poll();
	const timer = setInterval(poll, pollEvery);
	return () => clearInterval(timer);
});

globalThis.addEventListener?.("online", () => {
	state.value = told;
	retryNow();
});
globalThis.addEventListener?.("offline", () => {
	state.value = { state: "offline" };
});
