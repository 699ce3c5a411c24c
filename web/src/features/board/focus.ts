import type { Task } from "@boardcast/client";
import type { ReadonlySignal } from "@preact/signals";
import { computed, signal } from "@preact/signals";
import type { ProjectStore } from "../../live/store/project";

export type Direction = "up" | "down" | "left" | "right";

/** Scrolls a list so that the card at `index` is rendered. */
type Reveal = (index: number) => void;

/** What the focus has to know of the board. */
interface ShownBoard {
	readonly store: ProjectStore;
	/** The lists from left to right, and with lanes from top to bottom. */
	readonly rows: ReadonlySignal<readonly (readonly string[])[]>;
	/** The card that the keyboard moves, where it is shown. */
	readonly lifted: ReadonlySignal<{ id: string; list: string } | undefined>;
	/** Ids of the cards of a list as they are shown. */
	shown(list: string): readonly string[];
	listOf(task: Task): string;
}

/** Which card has the focus. A card keeps it while cards move, and while its element is replaced. */
export class Focus {
	readonly #cards = new Map<string, HTMLElement>();
	readonly #lists = new Map<string, Reveal>();
	readonly #last = signal<string | undefined>(undefined);
	/** The card that has the focus, or had it when its element was moved or replaced. */
	readonly focused = signal<string | undefined>(undefined);
	/** The card at which the arrow keys begin. */
	readonly stop = computed(() => {
		const last = this.#last.value;
		if (last !== undefined && this.#where(last)) return last;
		for (const list of this.board.rows.value.flat()) {
			const first = this.board.shown(list)[0];
			if (first !== undefined) return first;
		}
		return undefined;
	});

	constructor(private readonly board: ShownBoard) {}

	/** Whether Tab stops at this card. In each list it stops at one: the one that had the focus, or the first. */
	tabbed(id: string): boolean {
		const last = this.#last.value;
		if (last === id) return true;
		const list = this.#listOf(id);
		if (list === undefined || this.board.shown(list)[0] !== id) return false;
		return last === undefined || this.#where(last)?.list !== list;
	}

	/** The card whose element has the focus now. */
	now(): string | undefined {
		const focused = this.focused.peek();
		const card = focused === undefined ? undefined : this.#cards.get(focused);
		return card && card === document.activeElement ? focused : undefined;
	}

	/** Register the element of a card that takes the focus; returns how to unregister it. */
	card(id: string, element: HTMLElement): () => void {
		this.#cards.set(id, element);
		return () => {
			// A card that changes its column is rendered in the new one before it leaves the old one.
			if (this.#cards.get(id) === element) this.#cards.delete(id);
		};
	}

	element(id: string): HTMLElement | undefined {
		return this.#cards.get(id);
	}

	list(id: string, reveal: Reveal): () => void {
		this.#lists.set(id, reveal);
		return () => this.#lists.delete(id);
	}

	entered(id: string): void {
		this.focused.value = id;
		this.#last.value = id;
	}

	/** The focus went to something else than a card. */
	left(): void {
		this.focused.value = undefined;
	}

	/** After rendering: give the focus back to a card that lost it because its element was moved. */
	restore(): void {
		const focused = this.focused.peek();
		if (focused === undefined || document.activeElement !== document.body) return;
		this.#cards.get(focused)?.focus({ preventScroll: true });
	}

	go(id: string): void {
		const place = this.#where(id);
		if (!place) return;
		this.entered(id);
		this.#lists.get(place.list)?.(place.index);
		// It is rendered by now, or with the next frame.
		const card = this.#cards.get(id);
		if (card) this.#reach(card);
		else requestAnimationFrame(() => this.#reach(this.#cards.get(id)));
	}

	/** After a move by keyboard: keep the focus on the card, and scroll to it. */
	follow(id: string): void {
		this.entered(id);
		requestAnimationFrame(() => this.go(id));
	}

	step(direction: Direction): void {
		const from = this.now() ?? this.stop.peek();
		if (from === undefined) return;
		const next = this.now() === undefined ? from : this.neighbour(from, direction);
		if (next !== undefined) this.go(next);
	}

	neighbour(id: string, direction: Direction): string | undefined {
		const place = this.#where(id);
		if (!place) return undefined;
		const { list, index } = place;
		const ids = this.board.shown(list);
		const rows = this.board.rows.value;
		const row = rows.findIndex((lists) => lists.includes(list));
		const column = rows[row]?.indexOf(list) ?? -1;
		if (direction === "up" || direction === "down") {
			const step = direction === "up" ? -1 : 1;
			const next = ids[index + step];
			if (next !== undefined) return next;
			// Beyond the end the lanes above and below go on.
			for (let at = row + step; at >= 0 && at < rows.length; at += step) {
				const others = this.board.shown(rows[at]?.[column] ?? "");
				if (others.length > 0) return others.at(step < 0 ? -1 : 0);
			}
			return undefined;
		}
		const lists = rows[row] ?? [];
		const step = direction === "left" ? -1 : 1;
		for (let at = column + step; at >= 0 && at < lists.length; at += step) {
			const others = this.board.shown(lists[at] ?? "");
			if (others.length > 0) return others[Math.min(index, others.length - 1)];
		}
		return undefined;
	}

	#reach(card: HTMLElement | undefined): void {
		card?.focus({ preventScroll: true });
		card?.closest(".card")?.scrollIntoView({ block: "nearest", inline: "nearest" });
	}

	#where(id: string): { list: string; index: number } | undefined {
		const list = this.#listOf(id);
		const index = list === undefined ? -1 : this.board.shown(list).indexOf(id);
		return list === undefined || index < 0 ? undefined : { list, index };
	}

	#listOf(id: string): string | undefined {
		const lifted = this.board.lifted.value;
		if (lifted?.id === id) return lifted.list;
		const task = this.board.store.tables.tasks.get(id);
		return task && this.board.listOf(task);
	}
}
