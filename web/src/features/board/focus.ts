import { computed, signal } from "@preact/signals";
import type { BoardModel } from "./model";

export type Direction = "up" | "down" | "left" | "right";

/** Brings a card of a long column into the part that is drawn. */
export type Reveal = (index: number) => void;

/** Which card has the focus, and how it keeps it while cards move under it. */
export class Focus {
	readonly #cards = new Map<string, HTMLElement>();
	readonly #columns = new Map<string, Reveal>();
	readonly #last = signal<string | undefined>(undefined);
	/** The card that has the focus, or had it when its element was moved or made anew. */
	readonly held = signal<string | undefined>(undefined);
	/** Where the keys begin. */
	readonly stop = computed(() => {
		const last = this.#last.value;
		if (last !== undefined && this.#where(last)) return last;
		for (const column of this.board.columnIds.value) {
			const first = this.board.shown(column)[0];
			if (first !== undefined) return first;
		}
		return undefined;
	});

	constructor(private readonly board: BoardModel) {}

	/** Whether Tab stops at this card: in each column at one, the one that had the focus or the first. */
	tabbed(id: string): boolean {
		const last = this.#last.value;
		if (last === id) return true;
		const column = this.#where(id)?.column;
		if (column === undefined || this.board.shown(column)[0] !== id) return false;
		return last === undefined || this.#where(last)?.column !== column;
	}

	/** The focused card, if one really has it. */
	now(): string | undefined {
		const held = this.held.peek();
		const card = held === undefined ? undefined : this.#cards.get(held);
		return card && card === document.activeElement ? held : undefined;
	}

	/** The element of a card that takes the focus; the answer forgets it. */
	card(id: string, element: HTMLElement): () => void {
		this.#cards.set(id, element);
		return () => {
			// A card that changes its column is drawn in the new one before it goes from the old one.
			if (this.#cards.get(id) === element) this.#cards.delete(id);
		};
	}

	element(id: string): HTMLElement | undefined {
		return this.#cards.get(id);
	}

	column(id: string, reveal: Reveal): () => void {
		this.#columns.set(id, reveal);
		return () => this.#columns.delete(id);
	}

	entered(id: string): void {
		this.held.value = id;
		this.#last.value = id;
	}

	/** The focus went to something that is no card. */
	left(): void {
		this.held.value = undefined;
	}

	/** After drawing: a card that was moved in the document has lost the focus without anybody's wish. */
	restore(): void {
		const held = this.held.peek();
		if (held === undefined || document.activeElement !== document.body) return;
		this.#cards.get(held)?.focus({ preventScroll: true });
	}

	go(id: string): void {
		const place = this.#where(id);
		if (!place) return;
		this.entered(id);
		this.#columns.get(place.column)?.(place.index);
		// Drawn by now, or with the next frame.
		const card = this.#cards.get(id);
		if (card) this.#reach(card);
		else requestAnimationFrame(() => this.#reach(this.#cards.get(id)));
	}

	/** After a move by keyboard: see and keep the card. */
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
		const ids = this.board.shown(place.column);
		if (direction === "up") return ids[place.index - 1];
		if (direction === "down") return ids[place.index + 1];
		const columns = this.board.columnIds.value;
		const step = direction === "left" ? -1 : 1;
		for (let at = columns.indexOf(place.column) + step; at >= 0 && at < columns.length; at += step) {
			const others = this.board.shown(columns[at] ?? "");
			if (others.length > 0) return others[Math.min(place.index, others.length - 1)];
		}
		return undefined;
	}

	#reach(card: HTMLElement | undefined): void {
		card?.focus({ preventScroll: true });
		card?.closest(".card")?.scrollIntoView({ block: "nearest", inline: "nearest" });
	}

	#where(id: string): { column: string; index: number } | undefined {
		const lifted = this.board.lifted.value;
		const column = lifted?.id === id ? lifted.column : this.board.store.tables.tasks.get(id)?.column_id;
		const index = column === undefined ? -1 : this.board.shown(column).indexOf(id);
		return column === undefined || index < 0 ? undefined : { column, index };
	}
}
