// Keeps what the page knows, behind the first screen and while nothing else is to do: never at an event, at most once in a few
// seconds, and only what has changed since.

import { effect, untracked } from "@preact/signals";
import { type Kind, newKey, type ProjectEvent } from "boardcast";
import { allProjects, openStores } from "../projects";
import { user } from "../session";
import { noteSignedIn, probablySignedIn } from "../session-hint";
import { shownProject } from "../shown-project";
import type { ProjectStore } from "../store/project";
import { connection } from "../stream";
import { allOfIt, setAsOf } from "./as-of";
import { format, type Head, patchOf, slicesOf } from "./board";
import { forgetBoard, forgetOthers, keepHead, keepKnown, keepPatch, keepSlice, readHead } from "./database";
import { isUnverified, shownAsOf } from "./state";

/** Changes of so long a time are kept together, in ms. */
const gathered = 2000;
/** How often the moment is kept until which all of it is the server's, in ms. */
const heartbeat = 60_000;
/** After so many patches everything is kept anew. */
const mostPatches = 200;

/** How often a project that is shown as it was kept is asked for, in ms. */
const askEvery = 5000;

/** When the page was last live, in ms since 1970. */
let live = 0;
const isLive = () => ["live", "held_back"].includes(connection.peek().state);
const asOf = () => (isLive() ? Date.now() : live);

/** Do it when the browser has time. */
function whenFree(act: () => void): void {
	if ("requestIdleCallback" in globalThis) requestIdleCallback(act, { timeout: 4000 });
	else setTimeout(act);
}

/** Keeps what the user with this id sees, until the answered function is called. */
export function startKeeping(id: string): () => void {
	// Pages that no service worker opens need nothing of it.
	if (!navigator.locks || !("indexedDB" in globalThis)) return () => {};
	const boards = new Map<ProjectStore, KeptBoard>();
	let timer: ReturnType<typeof setTimeout> | undefined;
	const keepAll = () => {
		timer = undefined;
		const projects = allProjects.peek();
		const me = user.peek();
		if (!projects || me?.id !== id || isUnverified.peek() || asOf() === 0) return;
		void keepKnown(me, projects, asOf());
	};
	const stops = [
		effect(() => {
			connection.value;
			if (!isLive()) return undefined;
			return () => {
				live = Date.now();
			};
		}),
		effect(() => {
			if (!allProjects.value || !user.value || isUnverified.value) return;
			timer ??= setTimeout(() => whenFree(keepAll), gathered);
		}),
		effect(() => {
			const projects = allProjects.value;
			if (!projects || isUnverified.value) return;
			const ids = new Set(projects.map(({ id }) => id));
			untracked(() => {
				for (const project of shownAsOf.peek().keys())
					if (project !== allOfIt && !ids.has(project)) setAsOf(project, undefined);
				for (const [store, board] of boards) {
					if (ids.has(store.id) && store.status.peek() !== "gone") continue;
					board.stop();
					boards.delete(store);
				}
			});
			// At once: nothing of a project that is lost is shown again.
			void forgetOthers(id, ids);
		}),
		effect(() => {
			if (isUnverified.value || shownAsOf.value.size === 0) return undefined;
			setAsOf(allOfIt, undefined);
			const ask = () => {
				for (const store of openStores()) {
					if (!shownAsOf.peek().has(store.id)) continue;
					void store.catchUp().then((isFresh) => isFresh && setAsOf(store.id, undefined));
				}
			};
			const asking = setInterval(ask, askEvery);
			ask();
			return () => clearInterval(asking);
		}),
		effect(() => {
			const store = shownProject();
			if (store && !boards.has(store)) boards.set(store, new KeptBoard(id, store));
		}),
	];
	const beat = setInterval(() => {
		if (!isLive()) return;
		// The server keeps a session that is used; so does the note of it.
		if (probablySignedIn()) noteSignedIn();
		keepAll();
		for (const board of boards.values()) board.touch();
	}, heartbeat);
	const onHide = () => {
		if (!document.hidden) return;
		keepAll();
		for (const board of boards.values()) void board.flush();
	};
	document.addEventListener("visibilitychange", onHide);
	return () => {
		for (const stop of stops) stop();
		for (const board of boards.values()) board.stop();
		clearTimeout(timer);
		clearInterval(beat);
		document.removeEventListener("visibilitychange", onHide);
	};
}

/** One project's state. Of several tabs that show it one keeps it. */
class KeptBoard {
	#touched = new Map<Kind, Set<string>>();
	/** The state that is kept; undefined while this tab does not keep it. */
	#head: Head | undefined;
	/** Up to where the state and `#touched` go together. */
	#seq = 0;
	#cursor: string | undefined;
	#isWhole = false;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#working: Promise<void> = Promise.resolve();
	#isOver = false;
	readonly #stops: (() => void)[] = [];

	constructor(
		private readonly user: string,
		private readonly store: ProjectStore,
	) {
		void navigator.locks
			.request(`boardcast-last-${user}-${store.id}`, () => this.#keep())
			.catch(() => undefined);
	}

	stop(): void {
		this.#isOver = true;
		clearTimeout(this.#timer);
		for (const stop of this.#stops.splice(0)) stop();
	}

	/** Keep soon what there is to keep, and until when it was so. */
	touch(): void {
		if (this.#isOver) return;
		this.#timer ??= setTimeout(() => whenFree(() => void this.flush()), gathered);
	}

	/** Keep now. One at a time: what comes meanwhile is kept with the next one. */
	flush(): Promise<void> {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.#working = this.#working.then(() => this.#flush()).catch(() => undefined);
		return this.#working;
	}

	/** Ends when the tab keeps the board no longer. */
	#keep(): Promise<void> {
		if (this.#isOver) return Promise.resolve();
		return new Promise((resolve) => {
			const stopListening = this.store.onApplied((events) => this.#take(events));
			this.#stops.push(stopListening, resolve);
			void readHead(this.user, this.store.id).then((head) => {
				// What an earlier visit has kept may be what there is now.
				if (head?.format === format && head.cursor === this.store.cursor) this.#begin(head);
				this.touch();
			});
		});
	}

	#begin(head: Head): void {
		this.#head = head;
		this.#isWhole = true;
		this.#mark();
	}

	#take(events: readonly ProjectEvent[]): void {
		const [first] = events;
		const { cursor } = this.store;
		if (first && first.seq === this.#seq + 1) {
			for (const { changes, removed } of events) {
				for (const [kind, objects] of Object.entries(changes ?? {}))
					for (const { id } of objects) this.#touch(kind as Kind, id);
				for (const [kind, ids] of Object.entries(removed ?? {}))
					for (const id of ids) this.#touch(kind as Kind, id);
			}
		} else {
			// The objects of a task that is open, which are no part of it.
			if (cursor === this.#cursor) return;
			this.#isWhole = false;
		}
		this.#mark();
		this.touch();
	}

	#mark(): void {
		this.#seq = this.store.applied ?? 0;
		this.#cursor = this.store.cursor;
	}

	#touch(kind: Kind, id: string): void {
		const ids = this.#touched.get(kind) ?? new Set();
		this.#touched.set(kind, ids.add(id));
	}

	async #flush(): Promise<void> {
		const { cursor } = this.store;
		// What is shown as it was kept, or no longer belongs to the person, is not kept again.
		if (this.#isOver || cursor === undefined || this.store.status.peek() !== "ready") return;
		if (isUnverified.peek() || shownAsOf.peek().has(this.store.id) || asOf() === 0) return;
		// Another tab has signed out.
		if (!probablySignedIn()) return;
		const head = this.#head;
		if (!head || !this.#isWhole || head.patches >= mostPatches) return this.#keepWhole(cursor);
		const patch = this.#touched.size > 0 ? patchOf(this.store.rows, this.#touched) : undefined;
		this.#touched = new Map();
		const next = { ...head, cursor, at: asOf(), patches: head.patches + (patch ? 1 : 0) };
		this.#head = next;
		if (await keepPatch(this.user, this.store.id, next, patch)) return;
		// Another tab has kept it meanwhile, or there is no room.
		this.#isWhole = false;
		if (!this.#isOver) await this.#keepWhole(cursor);
	}

	async #keepWhole(cursor: string): Promise<void> {
		const { user, store } = this;
		const generation = newKey();
		const slices = slicesOf(store.rows);
		const at = asOf();
		this.#touched = new Map();
		this.#isWhole = true;
		this.#mark();
		for (const [turn, slice] of slices.entries()) {
			await new Promise<void>((free) => whenFree(free));
			if (this.#isOver) return;
			if (!(await keepSlice(user, store.id, generation, turn, slice))) return this.#giveUp();
		}
		const head: Head = { format, generation, cursor, at, slices: slices.length, patches: 0 };
		if (this.#isOver) return;
		if (!(await keepHead(user, store.id, head))) return this.#giveUp();
		this.#head = head;
	}

	/** There is no room: an old state is worse than none, and the room is needed for what waits. */
	async #giveUp(): Promise<void> {
		this.stop();
		await forgetBoard(this.user, this.store.id);
	}
}
