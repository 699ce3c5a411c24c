import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import { byPosition, type Task, type User } from "boardcast";
import { ProjectFilter } from "../../domain/filter/project-filter";
import { Selection } from "../../domain/selection/selection";
import type { TaskContext, TaskPanel } from "../../domain/task/actions";
import { isSameRows, type Row } from "../../domain/task/grouped-rows";
import type { PickerKind } from "../../domain/task/picker";
import { taskRights } from "../../domain/task/rights";
import type { ProjectStore } from "../../live/store/project";
import { pointed } from "../../platform/pointed";
import { href } from "../../platform/route";
import { query, route, setQuery } from "../../platform/router";
import { type CellColumn, type ColumnId, columnIds, declared, selector } from "./columns";
import { type GroupBy, readGroup } from "./group-by";
import { rowsOf } from "./groups";
import { TableSettings } from "./settings";
import { nextSort, readSort, type Sort, sorted, writeSort } from "./sort";

/** The row of the heads, beside the keys of the others. */
export const headRow = "head";

interface Place {
	row: string;
	column: CellColumn;
}
interface OpenPanel {
	what: PickerKind | "menu" | "delete";
	id: string;
	anchor: () => Element | DOMRect | null;
	/** What was typed to open it. */
	typed?: string | undefined;
}
/** A cell that is being typed in; `typed` replaces its text, or else the text is changed. */
interface Editing extends Place {
	typed: string | undefined;
}

/** The state of the table itself, beside the project's: order, focus, what is edited. */
export class TableModel {
	readonly filter: ProjectFilter;
	readonly settings: TableSettings;
	readonly selection: Selection;
	readonly rights = computed(() => taskRights(this.store, this.user));
	readonly sort = computed(() => readSort(query.value.get("sort")));
	readonly group = computed(() => readGroup(query.value.get("group")));
	readonly rows: ReadonlySignal<readonly Row[]>;
	/** Places of the rows by their keys. */
	readonly places = computed(() => new Map(this.rows.value.map(({ key }, index) => [key, index])));
	readonly columns: ReadonlySignal<readonly CellColumn[]> = computed(() => [
		selector,
		...this.settings.shown,
	]);
	/** The cell that has the focus, or had it last. */
	readonly at = signal<Place | undefined>(undefined);
	readonly editing = signal<Editing | undefined>(undefined);
	readonly panel = signal<OpenPanel | undefined>(undefined);
	/** The row under the pointer: keys act on it while no cell has the focus. */
	hovered: string | undefined;
	/** Whether the focus is in the table, or was until its cell went. */
	hasFocus = false;
	/** Scrolls a row into sight; the table on the screen sets it. */
	reveal: (index: number) => void = () => {};
	readonly taskContext: TaskContext;

	#rows: readonly Row[] = [];
	/** Where the focused row was last: the row that is there now takes its place when it goes. */
	#lastIndex = 0;

	constructor(
		readonly store: ProjectStore,
		readonly user: User,
	) {
		this.filter = new ProjectFilter(store, user);
		this.settings = new TableSettings(user.id, store.id);
		this.rows = computed(() => {
			const rows = rowsOf(store, this.#tasks.value, this.group.value, this.settings.closed(this.group.value));
			// Most changes leave the rows as they are, and then nothing is rendered.
			if (!isSameRows(rows, this.#rows)) this.#rows = rows;
			return this.#rows;
		});
		this.selection = new Selection({ store, matches: this.filter.matches, order: () => this.order() });
		this.taskContext = {
			store,
			rights: () => this.rights.value,
			current: () => this.current(),
			openPanel: (what, task) => this.openPanel(what, task),
			address: (task) => this.address(task),
		};
	}

	/** Ids of all tasks in the order of the board. */
	readonly #inOrder = computed(() => {
		const columns = this.store.tables.columns.all().sort(byPosition);
		return columns.flatMap(({ id }) => this.store.tasksByColumn.of(id));
	});

	readonly #tasks = computed(() => {
		const { tasks, members, labels, milestones, columns, checklist_items } = this.store.tables;
		const [matches, sort] = [this.filter.matches.value, this.sort.value];
		tasks.follow();
		const found = this.#inOrder.value.flatMap((id) => {
			const task = tasks.peek(id);
			return task && matches(task) ? task : [];
		});
		if (!sort) return found;
		// Names are compared, so another name is another order.
		for (const table of [members, labels, milestones, columns]) table.follow();
		if (sort.column === "checklist") checklist_items.follow();
		return sorted(this.store, found, sort);
	});

	/** Ids of the tasks as they are shown, each once. */
	order(): string[] {
		const ids = this.rows.peek().flatMap((row) => (row.kind === "task" ? row.id : []));
		return [...new Set(ids)];
	}

	/** The cell at which Tab stops. */
	readonly stop: ReadonlySignal<Place> = computed(() => {
		const [at, rows, columns] = [this.at.value, this.rows.value, this.columns.value];
		const column = at && columns.includes(at.column) ? at.column : "title";
		if (at?.row === headRow) return { row: headRow, column };
		const index = at && this.places.value.get(at.row);
		if (at && index !== undefined) {
			this.#lastIndex = index;
			return { row: at.row, column };
		}
		const row = rows[Math.min(this.#lastIndex, rows.length - 1)];
		return { row: row?.key ?? headRow, column };
	});

	row(key: string): Row | undefined {
		const index = this.places.peek().get(key);
		return index === undefined ? undefined : this.rows.peek()[index];
	}

	/** The task of a row, unless it is the head of a group. */
	taskAt(key: string): Task | undefined {
		const row = this.row(key);
		return row?.kind === "task" ? this.store.tables.tasks.peek(row.id) : undefined;
	}

	/** Give a cell the focus, and scroll to it. */
	goTo(place: Place): void {
		this.hasFocus = true;
		this.at.value = place;
		const index = this.places.peek().get(place.row);
		if (index !== undefined) this.reveal(index);
	}

	/** The place so many rows down and columns towards the end; at the edge the same. */
	neighbour(rows: number, columns: number): Place {
		const from = this.stop.peek();
		const all = this.columns.peek();
		const column = all[clamp(all.indexOf(from.column) + columns, all.length)] ?? from.column;
		const index = from.row === headRow ? -1 : (this.places.peek().get(from.row) ?? 0);
		const last = this.rows.peek().length;
		const next = clamp(index + rows + 1, last + 1) - 1;
		return { row: this.rows.peek()[next]?.key ?? headRow, column };
	}

	move(rows: number, columns: number): void {
		this.goTo(this.neighbour(rows, columns));
	}

	readonly #pointedRow = pointed("row", () => {
		const { panel, hasFocus, stop, hovered } = this;
		if (panel.value) return panel.value.id;
		return (hasFocus ? this.taskAt(stop.value.row)?.id : undefined) ?? hovered;
	});

	/** The task that keys and menus act on now. */
	current(): Task | undefined {
		const id = this.#pointedRow();
		return id === undefined ? undefined : this.store.tables.tasks.peek(id);
	}

	/** Begin to edit a cell: in its place, or in a panel beside it. */
	edit(place: Place, typed?: string): void {
		const task = this.taskAt(place.row);
		if (!task || place.column === selector || !this.rights.peek().write) return;
		const { edit } = declared[place.column];
		if (edit === undefined) return;
		if (edit === "text") this.editing.value = { ...place, typed };
		else this.#pick(place, pickers[place.column] ?? "due", task, typed);
	}

	#pick({ row, column }: Place, what: PickerKind, task: Task, typed?: string): void {
		this.panel.value = { what, id: task.id, anchor: () => cellElement(row, column), typed };
	}

	/** Ends the editing of a cell, and goes on to a place. */
	leave(to: Place): void {
		batch(() => {
			this.editing.value = undefined;
			this.goTo({ ...to });
		});
	}

	/** The field of a cell has lost the focus. */
	stopEditing(column: ColumnId, task: string): void {
		const now = this.editing.peek();
		if (now?.column === column && this.taskAt(now.row)?.id === task) this.editing.value = undefined;
	}

	/** What the actions of a task open: beside the row that is pointed at. */
	openPanel(what: TaskPanel, task: Task, anchor?: () => Element | DOMRect | null): void {
		const row = this.rowOf(task.id);
		if (row === undefined) return;
		if (what === "title") {
			this.goTo({ row, column: "title" });
			this.edit({ row, column: "title" });
			return;
		}
		const column = columnIds.find((id) => pickers[id] === what) ?? "title";
		const shown = this.columns.peek().includes(column) ? column : "title";
		this.panel.value = { what, id: task.id, anchor: anchor ?? (() => cellElement(row, shown)) };
	}

	/** The key of the row of a task: the one that has the focus, where it has several. */
	rowOf(id: string): string | undefined {
		const stop = this.row(this.stop.peek().row);
		if (stop?.kind === "task" && stop.id === id) return stop.key;
		return this.rows.peek().find((row) => row.kind === "task" && row.id === id)?.key;
	}

	sortBy(column: ColumnId): Sort | undefined {
		const sort = nextSort(this.sort.peek(), column);
		setQuery({ sort: writeSort(sort) });
		return sort;
	}

	groupBy(by: GroupBy): void {
		setQuery({ group: by === "none" ? null : by });
	}

	/** The address of a task's dialog over the table with its present filter and order. */
	address(task: Pick<Task, "number">): string {
		const search = query.value.toString();
		// The address names the project by its id where two projects have the same key.
		const now = route.value;
		const key = now.name === "project" ? now.key : this.store.id;
		const path = href({ name: "project", key, view: "table", task: task.number });
		return search ? `${path}?${search}` : path;
	}
}

const pickers: Partial<Record<ColumnId, PickerKind>> = {
	column: "move",
	assignees: "assign",
	labels: "labels",
	priority: "priority",
	milestone: "milestone",
	start_on: "start",
	due_on: "due",
};

export function cellElement(row: string, column: CellColumn): HTMLElement | null {
	return document.querySelector(
		`.table [data-row="${CSS.escape(row)}"] > [data-column="${CSS.escape(column)}"]`,
	);
}

function clamp(index: number, length: number): number {
	return Math.max(0, Math.min(index, length - 1));
}
