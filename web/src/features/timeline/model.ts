import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { byPosition, type Task, type User } from "boardcast";
import { filterSearch } from "../../domain/filter/filter";
import { ProjectFilter } from "../../domain/filter/project-filter";
import { dependents } from "../../domain/schedule/dependents";
import { Selection } from "../../domain/selection/selection";
import { type Bar, datesOf } from "../../domain/task/bars";
import { movesOf } from "../../domain/task/dependent-moves";
import { type Group, isSameRows, type Row } from "../../domain/task/grouped-rows";
import type { PickerKind } from "../../domain/task/picker";
import { taskRights } from "../../domain/task/rights";
import { addressOf } from "../../live/projects";
import type { ProjectStore } from "../../live/store/project";
import { numberOf } from "../../platform/days";
import { today } from "../../platform/i18n/dates";
import { pointed } from "../../platform/pointed";
import { printing } from "../../platform/printing";
import { href } from "../../platform/route";
import { query } from "../../platform/router";
import { widths, type Zoom } from "./draw/scale";
import { timeline } from "./messages";
import { KnownBars } from "./plan/known-bars";
import { Order } from "./plan/order";
import { printedRange, rangeOf } from "./plan/range";
import { rowsOf } from "./plan/rows";
import { isCritical, networkOf, roomOf, slackOf } from "./plan/slack";
import { closed, settings } from "./settings";

/** A bar that is being moved, and its present place. */
interface DraggedBar {
	id: string;
	bar: Bar;
	/** It is moved by keys, and committed after a pause. */
	keys?: boolean;
}

export type PanelContent =
	| { kind: "link" | "menu" | "dates" | "other" | "milestone" | "delete"; id: string }
	| { kind: "picker"; id: string; picker: PickerKind }
	| { kind: "new milestone"; day: number };
/** The open panel, and where it opens. */
type Panel = PanelContent & { at: Element | DOMRect };
/** A dependency that is being drawn, from the end of a bar to the pointer, in pixels of the plot. */
interface LinkDrag {
	from: string;
	to: string | null;
	x: number;
	y: number;
}

const coarse = globalThis.matchMedia?.("(pointer: coarse)").matches ?? false;
export const measures = coarse ? { rowHeight: 44, barHeight: 30 } : { rowHeight: 34, barHeight: 24 };

/** What the timeline draws, computed from the live store, the settings, and what is being dragged. */
export class Plan {
	readonly dragged = signal<DraggedBar | null>(null);
	/** The milestone that is being moved, and its present day. */
	readonly draggedMilestone = signal<{ id: string; day: number } | null>(null);
	/** The bar that keys act on. */
	readonly current = signal<string | null>(null);
	/** The bar under the resting pointer. */
	readonly pointed = signal<string | null>(null);
	readonly panel = signal<Panel | null>(null);
	readonly linkDrag = signal<LinkDrag | null>(null);
	/** Bars that another user has just moved. */
	readonly remote = signal<ReadonlySet<string>>(new Set());
	/** All rows are drawn then, and the whole plan is as wide as the paper. */
	readonly printing = printing;
	/** The first pixel of the plot in sight, and how many are. */
	readonly sight = signal({ left: 0, width: 4000 });
	/** Width of the visible part in pixels; it decides how many empty days are shown around the plan. */
	readonly width = signal(1200);
	/** Height of the visible part below the header; the plot is at least as tall. */
	readonly height = signal(0);
	readonly today = computed(() => numberOf(today()));
	readonly #known = new KnownBars();
	readonly #order = new Order();
	readonly #sorted = signal(0);

	readonly filter: ProjectFilter;
	readonly selection: Selection;

	constructor(
		readonly store: ProjectStore,
		readonly user: User,
	) {
		this.filter = new ProjectFilter(store, user);
		this.selection = new Selection({ store, matches: this.filter.matches, order: () => this.order() });
	}

	readonly key = computed(() => this.store.tables.project.get(this.store.id)?.key ?? "");
	/** How addresses name the project: by its id where two projects of the user have the same key. */
	readonly address = computed(() => addressOf({ id: this.store.id, key: this.key.value }));
	readonly rights = computed(() => taskRights(this.store, this.user));
	readonly editable = computed(() => this.rights.value.write);
	readonly tasks = computed(() => this.store.tables.tasks.all().filter((task) => task.archived_at === null));
	readonly links = computed(() => this.store.tables.dependencies.all());
	readonly milestones = computed(() => this.store.tables.milestones.all());
	readonly columns = computed(() => this.store.tables.columns.all().sort(byPosition));
	readonly members = computed(() =>
		this.store.tables.members.all().sort((a, b) => a.name.localeCompare(b.name)),
	);
	/** The bars by the dates of the tasks. Changes of other fields leave it alone, and all that is computed from it. */
	readonly bars = computed(() => this.#known.of(this.store.tables.tasks.all()));
	/** The bars as they are drawn: with the dragged one at its present place, and its followers moved along. */
	readonly shown = computed(() => {
		const dragged = this.dragged.value;
		const bars = this.bars.value;
		const task = dragged && this.store.tables.tasks.get(dragged.id);
		if (!dragged || !task) return bars;
		const seen = new Map(bars).set(dragged.id, dragged.bar);
		for (const [id, by] of this.followerShift.value) {
			const bar = bars.get(id);
			if (bar) seen.set(id, { start: bar.start + by, due: bar.due + by });
		}
		return seen;
	});
	/** By how many days each follower moves with the dragged bar. */
	readonly followerShift = computed((): ReadonlyMap<string, number> => {
		const dragged = this.dragged.value;
		const task = dragged && this.store.tables.tasks.get(dragged.id);
		if (!dragged || !task) return new Map();
		const dates = datesOf(dragged.bar, task);
		return movesOf(task, dates, dependents.value, this.tasks.value, this.links.value);
	});
	readonly #network = computed(() => networkOf(this.bars.value.keys(), this.links.value));
	/** Of the tasks that a dependency connects: without one, nothing waits and nothing is late. */
	readonly slack = computed(() => {
		const bars = this.shown.value;
		const all = slackOf(bars, this.links.value, this.#network.value);
		const connected = new Map<string, number>();
		for (const { task_id, depends_on_id } of this.links.value) {
			if (!bars.has(task_id) || !bars.has(depends_on_id)) continue;
			for (const id of [task_id, depends_on_id]) {
				const days = all.get(id);
				if (days !== undefined) connected.set(id, days);
			}
		}
		return connected;
	});
	/** Whether any dates contradict a dependency on an open task. */
	readonly hasBroken = computed(() => {
		const { tasks } = this.store.tables;
		tasks.follow();
		const bars = this.shown.value;
		return this.links.value.some(
			(link) => (roomOf(link, bars) ?? 0) < 0 && tasks.peek(link.depends_on_id)?.completed_at === null,
		);
	});
	readonly #undated = stable(
		() => {
			const bars = this.bars.value;
			const open = this.tasks.value.filter((task) => task.completed_at === null && !bars.has(task.id));
			return this.filter.isSet ? open.filter(this.filter.matches.value) : open;
		},
		(a, b) => a.length === b.length && a.every((task, index) => task === b[index]),
	);
	readonly unscheduled = computed(() => this.#undated.value.toSorted((a, b) => a.number - b.number));
	readonly #ordered = computed(() => {
		this.#sorted.value;
		const bars = this.bars.value;
		return this.#order.apply(this.#tasksOf(bars.keys()), bars);
	});
	/** Whether the rows are no longer sorted by start, because bars have moved. */
	readonly unsorted = computed(() => {
		const bars = this.bars.value;
		let last = Number.NEGATIVE_INFINITY;
		return this.#ordered.value.some((task) => {
			const start = bars.get(task.id)?.start ?? last;
			const early = start < last;
			last = start;
			return early;
		});
	});
	readonly #groups = computed((): Group[] | undefined => {
		const none = { key: "", name: timeline.none[settings.grouped.value] };
		switch (settings.grouped.value) {
			case "none":
				return undefined;
			case "column":
				return this.columns.value.map(({ id, name }) => ({ key: id, name }));
			case "milestone":
				return [...this.milestones.value.toSorted(byDue).map(({ id, name }) => ({ key: id, name })), none];
			case "assignee":
				return [...this.members.value.map(({ id, name }) => ({ key: id, name })), none];
		}
	});
	readonly rows = stable((): readonly Row[] => {
		const groups = this.#groups.value;
		const ordered = this.#ordered.value;
		// Without groups and a filter only the bars matter.
		const looksInside = groups !== undefined || this.filter.isSet;
		if (looksInside) this.store.tables.tasks.follow();
		const all = looksInside ? this.#tasksOf(ordered.map((task) => task.id)) : ordered;
		// What is hidden still counts for slack and the critical path: it is only not looked at.
		const tasks = this.filter.isSet ? all.filter(this.filter.matches.value) : all;
		return rowsOf(tasks, groups, groupOf(settings.grouped.value), closed.value);
	}, isSameRows);
	/** The row of each visible bar. */
	readonly rowOf = computed(() => {
		const rows = new Map<string, number>();
		this.rows.value.forEach((row, index) => {
			if (row.kind === "task") rows.set(row.id, index);
		});
		return rows;
	});
	/** The one bar that Tab stops at. */
	readonly stop = computed(() => {
		const current = this.current.value;
		if (current !== null && this.rowOf.value.has(current)) return current;
		return this.rowOf.value.keys().next().value ?? null;
	});
	/** The unit of the header; on paper as fine as there is room for. */
	readonly zoom = computed((): Zoom => {
		if (!this.printing.value) return settings.zoom.value;
		const px = this.px.value;
		return px >= 24 ? "day" : px >= 8 ? "week" : "month";
	});
	readonly px = computed(() => {
		if (!this.printing.value) return widths[settings.zoom.value];
		return Math.max(1, 760 / (this.range.value.to - this.range.value.from));
	});
	readonly range = computed(() => {
		const days = this.milestones.value.flatMap(({ due_on }) => (due_on ? [numberOf(due_on)] : []));
		if (this.printing.value) return printedRange(this.bars.value.values(), days, this.today.value);
		const room = Math.ceil(this.width.value / widths[settings.zoom.value] / 2) + 7;
		return rangeOf(this.bars.value.values(), days, this.today.value, room);
	});

	/** Ids of the tasks as they are shown: row by row, and then those without dates. */
	order(): string[] {
		return [...this.rowOf.peek().keys(), ...this.unscheduled.peek().map(({ id }) => id)];
	}

	readonly #pointedBar = pointed("bar", () => focusedBar() ?? this.pointed.peek());

	/** The address of a task's dialog over the timeline with its present filter. */
	addressOf(task: Pick<Task, "number">): string {
		const path = href({ name: "project", key: this.address.peek(), view: "timeline", task: task.number });
		return path + filterSearch(query.peek());
	}

	/** The task that has the focus, or else whose bar lies under the pointer. */
	pointedTask(): Task | undefined {
		const id = this.#pointedBar();
		return id === null ? undefined : this.store.tables.tasks.peek(id);
	}

	/** Left edge of a day in the plot. */
	x(day: number): number {
		return (day - this.range.value.from) * this.px.value;
	}

	/** The edges of a bar in the plot, with a small gap, so that adjacent bars can be told apart. */
	edges(bar: Bar): { left: number; right: number } {
		const gap = this.px.value >= 8 ? 1 : 0.5;
		const left = this.x(bar.start) + gap;
		return { left, right: Math.max(left + 3, this.x(bar.due + 1) - gap) };
	}

	/** On which side of what is in sight a bar lies that is not. */
	awayOf(id: string): "before" | "after" | undefined {
		const bar = this.printing.value ? undefined : this.shown.value.get(id);
		if (!bar) return undefined;
		const { left, right } = this.edges(bar);
		const sight = this.sight.value;
		if (right <= sight.left) return "before";
		return left >= sight.left + sight.width ? "after" : undefined;
	}

	/** How many pixels of a bar's beginning are out of sight. */
	hiddenOf(bar: Bar): number {
		const { left, right } = this.edges(bar);
		const hidden = this.printing.value ? 0 : this.sight.value.left - left;
		return Math.round(Math.max(0, Math.min(hidden, right - left)));
	}

	sort(): void {
		this.#order.forget();
		this.#sorted.value += 1;
	}

	#tasksOf(ids: Iterable<string>): Task[] {
		const { tasks } = this.store.tables;
		return [...ids].flatMap((id) => tasks.peek(id) ?? []);
	}

	isCritical(id: string): boolean {
		return isCritical(this.slack.value, id);
	}

	/** `WEB-12`. */
	name(task: Pick<Task, "number">): string {
		return `${this.key.value}-${task.number}`;
	}
}

/** Computed again with each change, and the former value as long as it is the same. */
function stable<T>(compute: () => T, isSame: (a: T, b: T) => boolean): ReadonlySignal<T> {
	let last: T | undefined;
	return computed(() => {
		const next = compute();
		if (last === undefined || !isSame(last, next)) last = next;
		return last;
	});
}

function byDue(a: { due_on: string | null; id: string }, b: { due_on: string | null; id: string }): number {
	return (a.due_on ?? "9999").localeCompare(b.due_on ?? "9999") || a.id.localeCompare(b.id);
}

function groupOf(grouped: string): (task: Task) => string {
	if (grouped === "column") return (task) => task.column_id;
	if (grouped === "milestone") return (task) => task.milestone_id ?? "";
	return (task) => task.assignee_ids[0] ?? "";
}

function focusedBar(): string | undefined {
	const focused = document.activeElement?.closest<HTMLElement>("[data-bar], [data-waiting]");
	return focused?.dataset["bar"] ?? focused?.dataset["waiting"];
}
