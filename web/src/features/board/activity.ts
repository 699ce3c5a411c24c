import { effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { ProjectEvent } from "boardcast";
import type { ProjectStore } from "../../live/store/project";
import { board as words } from "./messages";

interface Notice {
	text: string;
	seq: number;
}
const lasting = 5000;

/** What others have just done to which card: shown beside the card for a few seconds. */
export class Activity {
	readonly #items = new Map<string, Signal<Notice | undefined>>();

	constructor(
		private readonly store: ProjectStore,
		private readonly me: string,
	) {}

	of(task: string): ReadonlySignal<Notice | undefined> {
		return this.#item(task);
	}

	/** Follow the live events of the project; returns how to stop. */
	start(): () => void {
		const known = this.store.latest.peek();
		return effect(() => {
			const event = this.store.latest.value;
			if (event && event !== known) this.#show(event);
		});
	}

	#show(event: ProjectEvent): void {
		if (!event.actor || event.actor.id === this.me) {
			// What the card says of others is no longer the last that happened to it.
			for (const id of touched(event)) this.forget(id);
			return;
		}
		const text = words.did(event.actor.name, event.type);
		for (const id of touched(event)) {
			const item = this.#item(id);
			item.value = { text, seq: event.seq };
			setTimeout(() => {
				if (item.peek()?.seq === event.seq) item.value = undefined;
			}, lasting);
		}
	}

	/** The user has just done something to the card: what another one did before is no news any more. */
	forget(task: string): void {
		const item = this.#items.get(task);
		if (item) item.value = undefined;
	}

	#item(task: string): Signal<Notice | undefined> {
		let item = this.#items.get(task);
		if (!item) {
			item = signal(undefined);
			this.#items.set(task, item);
		}
		return item;
	}
}

/** An event that names more tasks than this is a respread of a column, and not shown: most of its cards did not move. */
const mostTasks = 8;

function touched(event: ProjectEvent): string[] {
	const tasks = (event.changes?.tasks ?? []).map((task) => task.id);
	const items = (event.changes?.checklist_items ?? []).flatMap((item) => item.task_id ?? []);
	return tasks.length > mostTasks ? [] : [...tasks, ...items];
}
