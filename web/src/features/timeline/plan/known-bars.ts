import type { Task } from "boardcast";
import { type Bar, barOf } from "../../../domain/task/bars";

type Bars = ReadonlyMap<string, Bar>;

/** The bars of all tasks. Each task is looked at once, and while no bar changes the answer is the same map. */
export class KnownBars {
	readonly #looked = new WeakMap<Task, Bar | "none">();
	#last: Bars = new Map();

	of(tasks: readonly Task[]): Bars {
		let count = 0;
		let isSame = true;
		for (const task of tasks) {
			const bar = this.#barOf(task);
			if (bar) count += 1;
			isSame &&= bar === this.#last.get(task.id);
		}
		if (!isSame || count !== this.#last.size) {
			const bars = tasks.flatMap((task) => {
				const bar = this.#barOf(task);
				return bar ? [[task.id, bar] as const] : [];
			});
			this.#last = new Map(bars);
		}
		return this.#last;
	}

	#barOf(task: Task): Bar | undefined {
		let bar = this.#looked.get(task);
		if (bar === undefined) {
			const now = task.archived_at === null ? barOf(task) : undefined;
			const before = this.#last.get(task.id);
			// A task whose dates are as before keeps its bar.
			bar = (before?.start === now?.start && before?.due === now?.due ? before : now) ?? "none";
			this.#looked.set(task, bar);
		}
		return bar === "none" ? undefined : bar;
	}
}
