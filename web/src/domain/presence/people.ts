// Who is in which project, and what they do there, as the stream tells it. Nothing of it is an event of the log.
import { signal } from "@preact/signals";

export interface Seen {
	user: string;
	task: string | null;
	state: "viewing" | "editing";
}

interface Room {
	people: ReadonlyMap<string, Seen>;
	/** Those who are at each task. */
	at: ReadonlyMap<string, readonly Seen[]>;
}

const rooms = signal<ReadonlyMap<string, Room>>(new Map());
const nobody: readonly Seen[] = [];

/** Those who are in a project. Subscribes to them. */
export const presentIn = (project: string): readonly Seen[] => [
	...(rooms.value.get(project)?.people.values() ?? nobody),
];

/** Those of them who are at a task; the same list while they stay the same. Subscribes to them. */
export const presentAt = (project: string, task: string): readonly Seen[] =>
	rooms.value.get(project)?.at.get(task) ?? nobody;

/** The same without subscribing. */
export const presentNow = (project: string, task: string): readonly Seen[] =>
	rooms.peek().get(project)?.at.get(task) ?? nobody;

function roomOf(people: ReadonlyMap<string, Seen>): Room {
	const at = new Map<string, Seen[]>();
	for (const one of people.values()) {
		if (one.task === null) continue;
		const others = at.get(one.task);
		if (others) others.push(one);
		else at.set(one.task, [one]);
	}
	return { people, at };
}

/** What frames of the stream say, one after another. The user's own other tabs are not shown. */
export function takeIn(frames: readonly unknown[], me: string): void {
	const changed = new Map<string, Map<string, Seen>>();
	for (const data of frames) {
		const { project, user_id: user, task_id, state } = (data ?? {}) as Record<string, unknown>;
		if (typeof project !== "string" || typeof user !== "string" || user === me) continue;
		const room = changed.get(project) ?? new Map(rooms.peek().get(project)?.people);
		changed.set(project, room);
		// A state that is not known shows nothing.
		if (state !== "viewing" && state !== "editing") room.delete(user);
		else room.set(user, { user, task: typeof task_id === "string" ? task_id : null, state });
	}
	if (changed.size === 0) return;
	const fresh = [...changed].map(([project, people]) => [project, roomOf(people)] as const);
	rooms.value = new Map([...rooms.peek(), ...fresh]);
}

/** Nothing is known of a project any more. */
export function forgetRoom(project: string): void {
	if (!rooms.peek().has(project)) return;
	const rest = new Map(rooms.peek());
	rest.delete(project);
	rooms.value = rest;
}

/** The stream is broken: it tells who is there when it begins again. */
export function forgetAll(): void {
	if (rooms.peek().size > 0) rooms.value = new Map();
}

/** All that is known, for another tab. */
export const known = (): [string, Seen[]][] =>
	[...rooms.peek()].map(([project, room]) => [project, [...room.people.values()]]);

/** What another tab knows of those who are not known here. */
export function learn(all: readonly [string, readonly Seen[]][]): void {
	const fresh = all.map(([project, seen]) => {
		const others = seen.map((one) => [one.user, one] as const);
		return [project, roomOf(new Map([...others, ...(rooms.peek().get(project)?.people ?? [])]))] as const;
	});
	rooms.value = new Map([...rooms.peek(), ...fresh]);
}
