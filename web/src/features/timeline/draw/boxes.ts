import type { Plan } from "../model";
import { pad, widthOf } from "./label";
import type { Box } from "./route";

/** The bars of rows in pixels, each computed when it is first asked for. */
export class Boxes {
	readonly #known = new Map<number, Box | undefined>();

	constructor(private readonly plan: Plan) {}

	of(row: number): Box | undefined {
		if (!this.#known.has(row)) this.#known.set(row, this.#compute(row));
		return this.#known.get(row);
	}

	/** Those of the rows between two. */
	between(a: number, b: number): Box[] {
		const found: Box[] = [];
		for (let row = Math.min(a, b) + 1; row < Math.max(a, b); row++) {
			const box = this.of(row);
			if (box) found.push(box);
		}
		return found;
	}

	/** Whether the title of the bar is drawn beside it. */
	isTitled(id: string, { left, right }: Box): boolean {
		return widthOf(this.plan.store.tables.tasks.get(id)?.title ?? "") > right - left - 2 * pad;
	}

	#compute(index: number): Box | undefined {
		const row = this.plan.rows.value[index];
		const bar = row?.kind === "task" ? this.plan.shown.value.get(row.id) : undefined;
		return bar && { ...this.plan.edges(bar), row: index };
	}
}
