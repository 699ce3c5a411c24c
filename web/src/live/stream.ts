import { effect, type ReadonlySignal, signal } from "@preact/signals";
import { type ConnectionState, type Frame, readMessage, SharedStream } from "boardcast";
import { base } from "../platform/api";
import { onWake } from "../platform/clock";
import {
	loadProjects,
	openStores,
	receiveEvent,
	receiveHello,
	receiveJoined,
	receiveLeft,
	receiveReset,
} from "./projects";
import { gate } from "./store/operations";

const state = signal<ConnectionState>({ state: "connecting" });
export const connection: ReadonlySignal<ConnectionState> = state;

type Listener = (data: unknown) => void;
const listeners = new Map<string, Set<Listener>>();
let shared: SharedStream | undefined;
/** What is told of people before the part that shows them has come: the stream says it once. */
export const early: unknown[] = [];
const frameListeners = new Set<(frame: Frame) => void>();
const retries = new Set<() => void>();
const counts = { hellos: 0, resets: 0 };
const pollEvery = 4000;
/** The last state of the connection, to return to when the browser is no longer offline. */
let reported: ConnectionState = state.peek();

/**
 * Get the data of all frames of one type ("notification", "hello", "left", …); returns how to stop. "event" is each
 * event of a project, "poll" the moment to read what the stream would bring if no proxy held it back.
 */
export function listen(event: string, listener: Listener): () => void {
	const set = listeners.get(event) ?? new Set();
	listeners.set(event, set.add(listener));
	return () => set.delete(listener);
}

/** Get every frame as it comes; returns how to stop. */
export function onFrame(listener: (frame: Frame) => void): () => void {
	frameListeners.add(listener);
	return () => frameListeners.delete(listener);
}

/** Whether this tab leads, the cursor, and how often the stream connected and was reset. */
export function streamStats() {
	return { leading: shared?.leading ?? false, cursor: shared?.cursor, ...counts };
}

export function startStream(user: string, signedOut: () => void): void {
	stopStream();
	early.length = 0;
	counts.hellos = 0;
	counts.resets = 0;
	shared = new SharedStream(`${base}/events`, `boardcast-${user}`, {
		frame: dispatch,
		state: (next) => {
			reported = next;
			state.value = next;
			if (next.state === "live") gate.retry();
		},
		signedOut,
	});
	shared.start();
}

export function stopStream(): void {
	shared?.stop();
	shared = undefined;
}

/** Calls back when the person, or the browser, does not want to wait for the next try; returns how to stop. */
export function onRetry(retry: () => void): () => void {
	retries.add(retry);
	return () => retries.delete(retry);
}

/** What is told of the connection while there is no stream yet. */
export function tellConnection(next: ConnectionState): void {
	if (shared) return;
	reported = next;
	state.value = next;
}

export function retryNow(): void {
	shared?.retryNow();
	for (const retry of [...retries]) retry();
	gate.retry();
}

function dispatch(frame: Frame): void {
	for (const listener of frameListeners) listener(frame);
	const message = readMessage(frame);
	if (!message) return;
	if (message.type === "hello" || message.type === "reset") {
		counts.resets += Object.values(message.projects).filter(({ status }) => status === "reset").length;
	}
	if (message.type === "hello") {
		counts.hellos += 1;
		receiveHello(message.epoch, message.projects);
	} else if (message.type === "reset") receiveReset(message.epoch, message.projects);
	else if (message.type === "left") receiveLeft(message.project, message.reason);
	else if (message.type === "joined") receiveJoined();
	else if (message.type === "event") receiveEvent(message.event);
	if (message.type === "event") notify("event", message.data);
	notify(frame.event, message.data);
}

function notify(event: string, value: unknown): void {
	const all = listeners.get(event);
	if (!all?.size && event === "presence" && early.length < 1e4) early.push(value);
	for (const listener of all ?? []) listener(value);
}

function poll(): void {
	for (const store of openStores()) void store.catchUp();
	void loadProjects();
	notify("poll", undefined);
}

// While a proxy holds the stream back, the page polls: changes come a few seconds late, but none is missed.
effect(() => {
	if (state.value.state !== "held_back") return undefined;
	poll();
	const timer = setInterval(poll, pollEvery);
	return () => clearInterval(timer);
});

onWake(() => {
	shared?.check();
	gate.retry();
	if (state.peek().state === "held_back") poll();
});

globalThis.addEventListener?.("online", () => {
	state.value = reported;
	retryNow();
});
globalThis.addEventListener?.("offline", () => {
	state.value = { state: "offline" };
});
