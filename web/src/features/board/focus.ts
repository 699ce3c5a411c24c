import type { ReadonlySignal } from "@preact/signals";
import { computed, signal } from "@preact/signals";
import type { Task } from "boardcast";
import type { ProjectStore } from "../../live/store/project";
import { isSpot, type Spot } from "./lists";

export type Direction = "up" | "down" | "left" | "right";

interface Place {
	list: string;
	index: number;
}

/** Scrolls a list so that the card at `index` is rendered. */
type Reveal = (index: number) => void;

/** What the focus has to know of the board. */
interface ShownBoard {
	readonly store: ProjectStore;
	/** The lists from left to right, and with lanes from top to bottom. */
	readonly rows: ReadonlySignal<readonly (readonly string[])[]>;
	/** The card that the keyboard moves, where it is shown. */
	readonly lifted: ReadonlySignal<Spot | undefined>;
	/** Ids of the cards of a list as they are shown. */
	shown(list: string): readonly string[];
	/** The lists that a task has a card in. */
	listsOf(task: Task): readonly string[];
}

const keyOf = ({ id, list }: Spot) => `${id} ${list}`;

/** Which card has the focus. A card keeps it while cards move, and while its element is replaced. */
export class Focus {
	readonly #cards = new Map<string, HTMLElement>();
	readonly #lists = new Map<string, Reveal>();
	readonly #last = signal<Spot | undefined>(undefined);
	readonly #focused = signal<Spot | undefined>(undefined);
	/** Where the card that has the focus was after the last rendering. */
	#place: Place = { list: "", index: 0 };
	/** The task whose card has the focus, or had it when its element was moved or replaced. */
	readonly focused = computed(() => this.#focused.value?.id);
	/** The list of that card. */
	readonly focusedList = computed(() => this.#focused.value && this.#where(this.#focused.value)?.list);
	/** The card at which the arrow keys begin. */
	readonly stop = computed((): Spot | undefined => {
		const last = this.#last.value;
		if (last && this.#where(last)) return last;
		for (const list of this.board.rows.value.flat()) {
			const id = this.board.shown(list)[0];
			if (id !== undefined) return { id, list };
		}
		return undefined;
	});

	constructor(private readonly board: ShownBoard) {}

	/** Whether Tab stops at this card. In each list it stops at one: the one that had the focus, or the first. */
	tabbed({ id, list }: Spot): boolean {
		const last = this.#last.value;
		const place = last && this.#where(last);
		if (last?.id === id && place?.list === list) return true;
		return this.board.shown(list)[0] === id && place?.list !== list;
	}

	/** The task whose card has the focus now. */
	now(): string | undefined {
		const focused = this.#focused.peek();
		const card = focused && this.#cardOf(focused);
		return card && card === document.activeElement ? focused.id : undefined;
	}

	/** Register the element of a card that takes the focus; returns how to unregister it. */
	card(spot: Spot, element: HTMLElement): () => void {
		const key = keyOf(spot);
		this.#cards.set(key, element);
		return () => {
			if (this.#cards.get(key) === element) this.#cards.delete(key);
		};
	}

	/** The element of a task's card: of the one that has the focus, where it has several. */
	element(id: string, list = this.listOf(id)): HTMLElement | undefined {
		return list === undefined ? undefined : this.#cards.get(keyOf({ id, list }));
	}

	list(id: string, reveal: Reveal): () => void {
		this.#lists.set(id, reveal);
		return () => this.#lists.delete(id);
	}

	entered(spot: Spot): void {
		this.#focused.value = spot;
		this.#last.value = spot;
		this.#place = this.#where(spot) ?? this.#place;
	}

	/** The focus went to something else than a card. */
	left(): void {
		this.#focused.value = undefined;
	}

	/** Gives the focus back to the field in a card. */
	restoreField: (() => void) | undefined;

	/**
	 * After rendering: give the focus back to a card, or the field in it, that lost it because its element was moved. A card that
	 * is gone leaves it to the one that lies in its place.
	 */
	restore(): void {
		this.restoreField?.();
		const focused = this.#focused.peek();
		if (!focused) return;
		const { list, index } = this.#place;
		const now = this.#where(focused);
		this.#place = now ?? this.#place;
		if (document.activeElement !== document.body) return;
		const next = now ? focused : this.#at(list, index);
		if (next && next !== focused) this.entered(next);
		// Nothing scrolls: the person may look at something else. What has the focus stays rendered out of sight.
		if (next) this.#cardOf(next)?.focus({ preventScroll: true });
	}

	go(spot: Spot): void {
		const place = this.#where(spot);
		if (!place) return;
		this.entered(spot);
		this.#lists.get(place.list)?.(place.index);
		// It is rendered by now, or with the next frame.
		const card = this.#cardOf(spot);
		if (card) this.#reach(card);
		else requestAnimationFrame(() => this.#reach(this.#cardOf(spot)));
	}

	/** After a move by keyboard: keep the focus on the card, in the list that it was moved to, and scroll to it. */
	follow(id: string, list = this.listOf(id) ?? ""): void {
		this.entered({ id, list });
		requestAnimationFrame(() => this.go({ id, list }));
	}

	step(direction: Direction): void {
		const from = this.now() === undefined ? undefined : this.#focused.peek();
		const next = from ? this.neighbour(from, direction) : this.stop.peek();
		if (next) this.go(next);
	}

	neighbour(spot: Spot, direction: Direction): Spot | undefined {
		const place = this.#where(spot);
		if (!place) return undefined;
		const { list, index } = place;
		const ids = this.board.shown(list);
		const rows = this.board.rows.value;
		const row = rows.findIndex((lists) => lists.includes(list));
		const column = rows[row]?.indexOf(list) ?? -1;
		if (direction === "up" || direction === "down") {
			const step = direction === "up" ? -1 : 1;
			const next = ids[index + step];
			if (next !== undefined) return { id: next, list };
			// Beyond the end the lanes above and below go on.
			for (let at = row + step; at >= 0 && at < rows.length; at += step) {
				const found = this.#at(rows[at]?.[column], step < 0 ? -1 : 0);
				if (found) return found;
			}
			return undefined;
		}
		const lists = rows[row] ?? [];
		const step = direction === "left" ? -1 : 1;
		for (let at = column + step; at >= 0 && at < lists.length; at += step) {
			const found = this.#at(lists[at], index);
			if (found) return found;
		}
		return undefined;
	}

	/** The list of a task, for what is done to its card: the one that has the focus, where it has several. */
	listOf(id: string): string | undefined {
		const lists = this.#listsOf(id);
		return lists.find((list) => isSpot(this.#focused.value, id, list)) ?? lists[0];
	}

	/** The card at an index of a list, or its last one. */
	#at(list: string | undefined, index: number): Spot | undefined {
		const ids = list === undefined ? [] : this.board.shown(list);
		const id = ids[index] ?? ids.at(-1);
		return list === undefined || id === undefined ? undefined : { id, list };
	}

	#reach(card: HTMLElement | undefined): void {
		card?.focus({ preventScroll: true });
		card?.closest(".card")?.scrollIntoView({ block: "nearest", inline: "nearest" });
	}

	/** Whether it is the card of a spot, or the one that has taken its place as the task went to another list. */
	isCardOf(spot: Spot | undefined, id: string, list: string): boolean {
		return spot?.id === id && this.#where(spot)?.list === list;
	}

	#cardOf(spot: Spot): HTMLElement | undefined {
		const list = this.#where(spot)?.list;
		return list === undefined ? undefined : this.#cards.get(keyOf({ id: spot.id, list }));
	}

	/** Where a card is now. One that has left its list is looked for in the others of its task. */
	#where({ id, list }: Spot): Place | undefined {
		const lists = this.#listsOf(id);
		const now = lists.includes(list) ? list : lists[0];
		const index = now === undefined ? -1 : this.board.shown(now).indexOf(id);
		return now === undefined || index < 0 ? undefined : { list: now, index };
	}

	#listsOf(id: string): readonly string[] {
		const lifted = this.board.lifted.value;
		if (lifted?.id === id) return [lifted.list];
		const task = this.board.store.tables.tasks.get(id);
		return task ? this.board.listsOf(task) : [];
	}
}
