import { effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { ProjectEvent } from "../../lib/api/types";
import { board as words } from "../../lib/messages/board";
import type { ProjectStore } from "../../lib/store/project";

export interface Item {
	text: string;
	seq: number;
}
const lasting = 5000;

/** What others just did to which card: shown once beside it, then forgotten. */
export class News {
	readonly #items = new Map<string, Signal<Item | undefined>>();

	constructor(
		private readonly store: ProjectStore,
		private readonly me: string,
	) {}

	of(task: string): ReadonlySignal<Item | undefined> {
		return this.#item(task);
	}

	/** Follow the project's live events until the answer is called. */
	start(): () => void {
		const known = this.store.latest.peek();
		return effect(() => {
			const event = this.store.latest.value;
			if (event && event !== known) this.#tell(event);
		});
	}

	#tell(event: ProjectEvent): void {
		if (!event.actor || event.actor.id === this.me) return;
		const text = words.did(event.actor.name, event.type);
		for (const id of touched(event)) {
			const item = this.#item(id);
			item.value = { text, seq: event.seq };
			setTimeout(() => {
				if (item.peek()?.seq === event.seq) item.value = undefined;
			}, lasting);
		}
	}

	#item(task: string): Signal<Item | undefined> {
		let item = this.#items.get(task);
		if (!item) {
			item = signal(undefined);
			this.#items.set(task, item);
		}
		return item;
	}
}

/** A column spread anew names every card in it; only what was really moved is news. */
const crowd = 8;

function touched(event: ProjectEvent): string[] {
	const tasks = (event.changes?.tasks ?? []).map((task) => task.id);
	const items = (event.changes?.checklist_items ?? []).flatMap((item) => item.task_id ?? []);
	return tasks.length > crowd ? [] : [...tasks, ...items];
}
