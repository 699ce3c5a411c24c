// Which columns the table has and how wide they are: kept in this browser, for each person and project.
import { type Signal, signal } from "@preact/signals";
import { type ColumnId, columnIds, declared, fixed, isColumn, widths } from "./columns";
import type { GroupBy } from "./group-by";

interface Kept {
	/** Columns that are shown, in the table's order. */
	shown: readonly ColumnId[];
	/** In rem; absent is the usual width. */
	widths: Partial<Record<ColumnId, number>>;
	/** Keys of the groups that are closed, by what the rows are grouped by. */
	closed: Partial<Record<GroupBy, readonly string[]>>;
}

const usual: Kept = { shown: columnIds.filter((id) => declared[id].usual), widths: {}, closed: {} };

export class TableSettings {
	readonly #name: string;
	readonly #kept: Signal<Kept>;

	constructor(user: string, project: string) {
		this.#name = `boardcast.table.${user}.${project}`;
		this.#kept = signal(read(this.#name));
	}

	get shown(): readonly ColumnId[] {
		return this.#kept.value.shown;
	}

	width(column: ColumnId): number {
		return this.#kept.value.widths[column] ?? declared[column].width;
	}

	closed(by: GroupBy): ReadonlySet<string> {
		return new Set(this.#kept.value.closed[by]);
	}

	toggle(column: ColumnId): void {
		if (fixed.includes(column)) return;
		const on = !this.shown.includes(column);
		this.#keep({ shown: columnIds.filter((id) => (id === column ? on : this.shown.includes(id))) });
	}

	/** `width` is undefined for the usual one. */
	resize(column: ColumnId, width: number | undefined): void {
		const { [column]: _before, ...others } = this.#kept.peek().widths;
		const now = width === undefined ? {} : { [column]: Math.min(Math.max(width, widths.least), widths.most) };
		this.#keep({ widths: { ...others, ...now } });
	}

	toggleGroup(by: GroupBy, key: string): void {
		const next = new Set(this.closed(by));
		if (!next.delete(key)) next.add(key);
		this.#keep({ closed: { ...this.#kept.peek().closed, [by]: [...next] } });
	}

	reset(): void {
		this.#keep({ shown: usual.shown, widths: {} });
	}

	#keep(changes: Partial<Kept>): void {
		this.#kept.value = { ...this.#kept.peek(), ...changes };
		try {
			localStorage.setItem(this.#name, JSON.stringify(this.#kept.peek()));
		} catch {
			// Without storage the choice lasts as long as the page.
		}
	}
}

/** What is stored may come from another version: only what is known counts. */
function read(name: string): Kept {
	try {
		const found = JSON.parse(localStorage.getItem(name) ?? "{}") as Partial<Kept>;
		const list = Array.isArray(found.shown) ? found.shown : usual.shown;
		const shown = columnIds.filter((id) => fixed.includes(id) || list.includes(id));
		const entries = Object.entries(found.widths ?? {}).filter(
			([id, width]) => isColumn(id) && typeof width === "number" && width >= widths.least,
		);
		return { shown, widths: Object.fromEntries(entries), closed: found.closed ?? {} };
	} catch {
		return usual;
	}
}
