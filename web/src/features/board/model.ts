import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { byPosition, type Column, type Task, type User } from "boardcast";
import type { ColumnContext, ColumnDialogKind } from "../../domain/column/actions";
import { column as columnWords } from "../../domain/column/messages";
import { ProjectFilter } from "../../domain/filter/project-filter";
import { Selection } from "../../domain/selection/selection";
import type { TaskContext, TaskPanel } from "../../domain/task/actions";
import { taskRights } from "../../domain/task/rights";
import type { ProjectStore } from "../../live/store/project";
import { pointed } from "../../platform/pointed";
import { href } from "../../platform/route";
import { query, route } from "../../platform/router";
import { Activity } from "./activity";
import { Display } from "./display";
import { Focus } from "./focus";
import { makeLanes } from "./lanes-later";
import { columnOfList, groupings, laneOfList, listOf, type Spot } from "./lists";
import type { Quiet } from "./quiet";

/** Where a dragged card would be dropped. */
export interface Over {
	list: string;
	/** The card under the pointer, and its edge; absent: the end of the list. */
	card?: string;
	edge?: "top" | "bottom";
}
/** A task that is moved by keyboard: shown at `index` of `list`, sent to the server when it is dropped. */
export interface Lifted extends Spot {
	/** The list that it was taken from. */
	from: string;
	index: number;
}
interface OpenPanel {
	what: TaskPanel | "menu";
	id: string;
	/** The list of the card that it belongs to; absent: whichever is shown first. */
	list?: string | undefined;
	anchor: () => Element | DOMRect | null;
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
	return a.length === b.length && a.every((id, index) => id === b[index]);
}

/** The state of the board itself, beside the project's: filter, focus, drags, the open panel. */
export class BoardModel {
	readonly filter: ProjectFilter;
	readonly columns = computed(() => this.store.tables.columns.all().sort(byPosition));
	readonly columnIds = computed(() => this.columns.value.map((column) => column.id));
	/** How many cards the columns show. */
	readonly count = computed(() => this.columnIds.value.reduce((sum, id) => sum + this.found(id).length, 0));
	/** By what the address asks for lanes; undefined: there are none. */
	readonly group = computed(() => groupings.find((one) => one === query.value.get("group")));
	/** The lanes. They come behind the first screen: until then a board with lanes shows nothing. */
	readonly lanes = computed(() => {
		const { value } = this.group;
		return value && makeLanes(this, value);
	});
	/** The lists as arrow keys go through them: from left to right, and with lanes from top to bottom. */
	readonly rows = computed(() => {
		const columns = this.columnIds.value.filter((id) => !this.display.isFolded("columns", id));
		const lanes = this.lanes.value;
		if (!lanes) return [columns];
		const open = lanes.shown.value.filter(({ key }) => !this.display.isFolded("lanes", `${lanes.by} ${key}`));
		return open.map(({ key }) => columns.map((id) => listOf(id, key)));
	});
	/** The filter leaves no card in any column. */
	readonly nothingMatches = computed(
		() => this.filter.isSet && this.filter.isReady && this.count.value === 0,
	);
	readonly rights = computed(() => taskRights(this.store, this.user));
	readonly key = computed(() => this.store.tables.project.get(this.store.id)?.key ?? "");
	readonly panel = signal<OpenPanel | undefined>(undefined);
	/** The card whose title is being edited in place. */
	readonly editing = signal<Spot | undefined>(undefined);
	readonly dragging = signal<Spot | undefined>(undefined);
	readonly draggingColumn = signal<string | undefined>(undefined);
	readonly over = signal<Over | undefined>(undefined);
	readonly overColumn = signal<{ id: string; edge: "left" | "right" } | undefined>(undefined);
	readonly lifted = signal<Lifted | undefined>(undefined);
	/** Whether a card will be lifted by what was pressed, when the code for it has come. */
	lifting: { will: boolean } | undefined;
	/** The list whose quick add is open. */
	readonly adding = signal<string | undefined>(undefined);
	/** The open dialog that changes or deletes a column; `create` is the one for a new column. */
	readonly columnDialog = signal<{ what: ColumnDialogKind; id: string } | "create" | undefined>(undefined);
	/** Tasks that go to the archive soon, by their ids. */
	readonly quiet = signal<ReadonlyMap<string, Quiet>>(new Map());
	readonly showsArchive = signal(false);
	readonly showsTrash = signal(false);
	readonly showsDisplay = signal(false);
	readonly display: Display;
	readonly selection: Selection;
	readonly focus: Focus;
	readonly activity: Activity;
	/** What the task actions act on. */
	readonly taskContext: TaskContext;
	/** What the column actions act on. */
	readonly columnContext: ColumnContext;
	/** The card under the pointer: keys act on it while no card has the focus. */
	hovered: Spot | undefined;
	hoveredColumn: string | undefined;

	readonly #lists = new Map<string, ReadonlySignal<readonly string[]>>();

	constructor(
		readonly store: ProjectStore,
		readonly user: User,
	) {
		this.filter = new ProjectFilter(store, user);
		this.display = new Display(user.id, store.id);
		this.selection = new Selection({
			store,
			matches: this.filter.matches,
			order: () => {
				const lists = this.rows.peek().flat();
				return [...new Set(lists.flatMap((list) => this.shown(list)))];
			},
		});
		this.focus = new Focus(this);
		this.activity = new Activity(store, user.id);
		this.taskContext = {
			store: store,
			rights: () => this.rights.value,
			current: () => this.current(),
			openPanel: (what, task) => this.openPanel(what, task),
			address: (task) => this.address(task),
		};
		this.columnContext = {
			store: store,
			manage: () => this.rights.value.manage,
			current: () => this.currentColumn(),
			subject: () => this.columnSubject(),
			openDialog: (what, column) => {
				this.columnDialog.value = { what, id: column.id };
			},
		};
	}

	/** The lists that a task has a card in: one, or with lanes by people or by label one for each of those. */
	listsOf(task: Task): readonly string[] {
		const lanes = this.lanes.value?.of(task) ?? [undefined];
		return lanes.map((lane) => listOf(task.column_id, lane));
	}

	/** The list of the card that is pointed at, or else of the first one of the task. */
	listOf(task: Task): string {
		const { hovered } = this;
		const lists = this.listsOf(task);
		const isHovered = hovered?.id === task.id && lists.includes(hovered.list);
		if (isHovered && this.focus.now() === undefined) return hovered.list;
		return this.focus.listOf(task.id) ?? lists[0] ?? "";
	}

	/** Ids of the cards of a list as they are shown: filtered, and with the lifted card at its present place. */
	shown(list: string): readonly string[] {
		return this.#kept(`shown ${list}`, () => {
			const lane = laneOfList(list);
			const ids =
				lane === undefined ? this.found(list) : (this.lanes.value?.ids(columnOfList(list), lane) ?? []);
			const lifted = this.lifted.value;
			if (!lifted || !this.store.tables.tasks.get(lifted.id)) return ids;
			// Its cards in other lanes stay.
			if (lifted.list !== list && lifted.from !== list) return ids;
			const others = ids.filter((id) => id !== lifted.id);
			return lifted.list === list ? others.toSpliced(lifted.index, 0, lifted.id) : others;
		});
	}

	/** Ids of the cards of a column that the filter lets through. */
	found(column: string): readonly string[] {
		return this.#kept(column, () => {
			const ids = this.store.tasksByColumn.of(column);
			if (!this.filter.isSet) return ids;
			const matches = this.filter.matches.value;
			const { tasks } = this.store.tables;
			tasks.follow();
			return ids.filter((id) => {
				const task = tasks.peek(id);
				return task !== undefined && matches(task);
			});
		});
	}

	/** Most changes leave a list as it is, and then it is the same one, and nothing is rendered. */
	#kept(name: string, compute: () => readonly string[]): readonly string[] {
		let ids = this.#lists.get(name);
		if (!ids) {
			let last: readonly string[] = [];
			ids = computed(() => {
				const next = compute();
				if (next !== last && !isSame(next, last)) last = next;
				return last;
			});
			this.#lists.set(name, ids);
		}
		return ids.value;
	}

	readonly #pointedCard = pointed("card", () => this.panel.value?.id ?? this.focus.now() ?? this.hovered?.id);

	/** The task that keys and menus act on now. */
	current(): Task | undefined {
		const id = this.#pointedCard();
		return id === undefined ? undefined : this.store.tables.tasks.peek(id);
	}

	/** Open a panel for a task, or edit its title in place. */
	openPanel(what: TaskPanel, task: Task, from?: Pick<OpenPanel, "list" | "anchor">): void {
		const { id } = task;
		const list = from?.list ?? this.listOf(task);
		if (what === "title") this.editing.value = { id, list };
		else {
			const card = () => this.focus.element(id, list)?.closest(".card") ?? null;
			this.panel.value = { what, id, list, anchor: from?.anchor ?? card };
		}
	}

	/** The column that is pointed at itself: with the focus in it, beside its cards, or else under the pointer beside them. */
	readonly #pointedColumn = pointed("column", () => {
		if (this.panel.value || this.focus.now() !== undefined) return undefined;
		return columnOf(document.activeElement) ?? (this.hovered === undefined ? this.hoveredColumn : undefined);
	});

	/** The column that actions act on now: the one that is pointed at, or that of the current task. */
	currentColumn(): Column | undefined {
		const id = this.#pointedColumn() ?? this.current()?.column_id;
		return id === undefined ? undefined : this.store.tables.columns.peek(id);
	}

	/** Where a task is added: beside the current one, in the column that is pointed at, or in the first list. */
	listToAddTo(): string | undefined {
		const column = this.currentColumn()?.id;
		const task = this.current();
		const lists = this.rows.peek().flat();
		if (task?.column_id === column && task) return this.listOf(task);
		return lists.find((list) => columnOfList(list) === column) ?? lists[0];
	}

	/** The name of the column that is pointed at, as what actions act on; of a current task it is that task. */
	columnSubject(): string | undefined {
		const id = this.#pointedColumn();
		const column = id === undefined ? undefined : this.store.tables.columns.peek(id);
		return column && columnWords.named(column.name);
	}

	/** The address of a task's dialog over the board with its present filter. */
	address(task: Pick<Task, "number">): string {
		const search = query.value.toString();
		// The address names the project by its id where two projects have the same key.
		const now = route.value;
		const key = now.name === "project" ? now.key : this.key.value;
		const path = href({ name: "project", key, view: "board", task: task.number });
		return search ? `${path}?${search}` : path;
	}
}

/** The column that an element lies in. */
function columnOf(element: Element | null): string | undefined {
	return element?.closest<HTMLElement>("[data-column]")?.dataset["column"];
}
