import type { Task } from "boardcast";
import type { Bar } from "../../../domain/task/bars";

type Bars = ReadonlyMap<string, Bar>;

interface Ranked {
	task: Task;
	bar: Bar | undefined;
	rank: number;
}

/** By start, then end, then number. */
function byStart({ task: a, bar: x }: Ranked, { task: b, bar: y }: Ranked): number {
	if (!x || !y) return a.number - b.number;
	return x.start - y.start || x.due - y.due || a.number - b.number;
}

/**
 * The order of the rows: by start at the time when each bar was first shown. A bar that moves keeps its row, so that it
 * does not jump away from the pointer; the person sorts again with a button.
 */
export class Order {
	#ranks = new Map<string, number>();

	apply(tasks: readonly Task[], bars: Bars): Task[] {
		const rows = tasks.map((task) => ({ task, bar: bars.get(task.id), rank: 0 }));
		rows.sort(byStart);
		let last = -1;
		const fresh: string[] = [];
		const rankFresh = (until: number) => {
			fresh.forEach((id, index) => {
				this.#ranks.set(id, last + ((until - last) * (index + 1)) / (fresh.length + 1));
			});
			fresh.length = 0;
		};
		for (const { task } of rows) {
			const rank = this.#ranks.get(task.id);
			if (rank === undefined) fresh.push(task.id);
			else if (rank > last) {
				rankFresh(rank);
				last = rank;
			}
		}
		rankFresh(last + fresh.length + 1);
		for (const row of rows) row.rank = this.#ranks.get(row.task.id) ?? 0;
		return rows.sort((a, b) => a.rank - b.rank).map((row) => row.task);
	}

	forget(): void {
		this.#ranks = new Map();
	}
}
