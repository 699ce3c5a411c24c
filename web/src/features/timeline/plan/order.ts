import type { Task } from "../../../lib/api/types";
import type { Bar } from "./bars";

type Bars = ReadonlyMap<string, Bar>;

/** By start, then end, then number. */
export function byStart(bars: Bars): (a: Task, b: Task) => number {
	return (a, b) => {
		const [x, y] = [bars.get(a.id), bars.get(b.id)];
		if (!x || !y) return a.number - b.number;
		return x.start - y.start || x.due - y.due || a.number - b.number;
	};
}

/**
 * The order of rows, by start when they were first seen. A bar that moves keeps its row, or it would run away from
 * the pointer and from whoever is reading; sorting anew is for people to ask for.
 */
export class Order {
	#ranks = new Map<string, number>();

	apply(tasks: readonly Task[], bars: Bars): Task[] {
		const sorted = [...tasks].sort(byStart(bars));
		let last = -1;
		const fresh: string[] = [];
		const settle = (until: number) => {
			fresh.forEach((id, index) => {
				this.#ranks.set(id, last + ((until - last) * (index + 1)) / (fresh.length + 1));
			});
			fresh.length = 0;
		};
		for (const { id } of sorted) {
			const rank = this.#ranks.get(id);
			if (rank === undefined) fresh.push(id);
			else if (rank > last) {
				settle(rank);
				last = rank;
			}
		}
		settle(last + fresh.length + 1);
		return sorted.sort((a, b) => (this.#ranks.get(a.id) ?? 0) - (this.#ranks.get(b.id) ?? 0));
	}

	forget(): void {
		this.#ranks = new Map();
	}
}
