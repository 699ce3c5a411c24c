import { computed, signal } from "@preact/signals";
import type { Task, User } from "../../lib/api/types";
import { today } from "../../lib/messages/dates";
import { timeline } from "../../lib/messages/timeline";
import { byPosition } from "../../lib/store/position";
import type { ProjectStore } from "../../lib/store/project";
import { addressOf } from "../../lib/store/projects";
import { widths, type Zoom } from "./draw/scale";
import { type Bar, barsOf, datesOf } from "./plan/bars";
import { numberOf } from "./plan/days";
import { movesOf } from "./plan/moves";
import { Order } from "./plan/order";
import { rangeOf } from "./plan/range";
import { type Group, rowsOf } from "./plan/rows";
import { slackOf } from "./plan/slack";
import { closed, settings } from "./settings";

/** A bar in somebody's hands: where it is held, not yet let go. */
export interface Held {
	id: string;
	bar: Bar;
	/** Moved by keys: let go after a pause. */
	keys?: boolean;
}

/** What hangs open over the plan, and where. */
export type Panel = { at: Element | DOMRect } & (
	| { kind: "link" | "menu" | "dates" | "other" | "milestone"; id: string }
	| { kind: "new milestone"; day: number }
);
/** A dependency being drawn: from a bar's end to the pointer, in the plot's pixels. */
export interface Cord {
	from: string;
	to: string | null;
	x: number;
	y: number;
}

const coarse = globalThis.matchMedia?.("(pointer: coarse)").matches ?? false;
export const measures = coarse ? { rowHeight: 44, barHeight: 30 } : { rowHeight: 34, barHeight: 24 };

/** Everything that is drawn, computed from the live store and from what is being dragged. */
export class Plan {
	readonly held = signal<Held | null>(null);
	/** The milestone in somebody's hands. */
	readonly heldMilestone = signal<{ id: string; day: number } | null>(null);
	/** The row that keys act on: the one tab stop among the bars. */
	readonly current = signal<string | null>(null);
	/** The bar that the pointer rests on. */
	readonly pointed = signal<string | null>(null);
	readonly panel = signal<Panel | null>(null);
	readonly cord = signal<Cord | null>(null);
	/** Bars that somebody else has just moved. */
	readonly remote = signal<ReadonlySet<string>>(new Set());
	readonly printing = signal(false);
	/** Width of the visible part in pixels; the room around the plan follows from it. */
	readonly width = signal(1200);
	/** Height of the visible part below the header; the drawing is at least as tall. */
	readonly height = signal(0);
	readonly today = signal(numberOf(today()));
	readonly #order = new Order();
	readonly #sorted = signal(0);

	constructor(
		readonly store: ProjectStore,
		readonly user: User,
	) {}

	readonly key = computed(() => this.store.tables.project.get(this.store.id)?.key ?? "");
	/** The project in addresses: another one of mine may have the same key. */
	readonly address = computed(() => addressOf({ id: this.store.id, key: this.key.value }));
	readonly editable = computed(() => {
		const role = this.store.tables.members.get(this.user.id)?.role;
		const archived = this.store.tables.project.get(this.store.id)?.archived_at ?? null;
		return archived === null && (role === "owner" || role === "manager" || role === "editor");
	});
	readonly #everything = computed(() => this.store.tables.tasks.all());
	readonly tasks = computed(() => this.#everything.value.filter((task) => task.archived_at === null));
	readonly links = computed(() => this.store.tables.dependencies.all());
	readonly milestones = computed(() => this.store.tables.milestones.all());
	readonly columns = computed(() => this.store.tables.columns.all().sort(byPosition));
	readonly members = computed(() =>
		this.store.tables.members.all().sort((a, b) => a.name.localeCompare(b.name)),
	);
	/** Bars as the store has them. */
	readonly bars = computed(() => barsOf(this.tasks.value));
	/** Bars as they are seen: with the one in hand, and what would move along with it. */
	readonly shown = computed(() => {
		const held = this.held.value;
		const bars = this.bars.value;
		const task = held && this.store.tables.tasks.get(held.id);
		if (!held || !task) return bars;
		const seen = new Map(bars).set(held.id, held.bar);
		for (const [id, by] of this.carried.value) {
			const bar = bars.get(id);
			if (bar) seen.set(id, { start: bar.start + by, due: bar.due + by });
		}
		return seen;
	});
	/** Days by which the bar in hand takes others along. */
	readonly carried = computed((): ReadonlyMap<string, number> => {
		const held = this.held.value;
		const task = held && this.store.tables.tasks.get(held.id);
		if (!held || !task) return new Map();
		const dates = datesOf(held.bar, task);
		return movesOf(task, dates, settings.dependents.value, this.#everything.value, this.links.value);
	});
	readonly slack = computed(() => slackOf(this.shown.value, this.links.value));
	readonly unscheduled = computed(() => {
		const bars = this.bars.value;
		return this.tasks.value
			.filter((task) => !bars.has(task.id) && task.completed_at === null)
			.sort((a, b) => a.number - b.number);
	});
	readonly #dated = computed(() => this.tasks.value.filter((task) => this.bars.value.has(task.id)));
	readonly #ordered = computed(() => {
		this.#sorted.value;
		return this.#order.apply(this.#dated.value, this.bars.value);
	});
	/** Whether bars have moved so that their rows are no longer by start. */
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
	readonly rows = computed(() =>
		rowsOf(this.#ordered.value, this.#groups.value, groupOf(settings.grouped.value), closed.value),
	);
	/** Which row each visible bar lies in. */
	readonly rowOf = computed(
		() =>
			new Map(
				this.rows.value.flatMap((row, index) => (row.kind === "task" ? [[row.id, index] as const] : [])),
			),
	);
	/** The one bar that Tab stops at. */
	readonly stop = computed(() => {
		const current = this.current.value;
		if (current !== null && this.rowOf.value.has(current)) return current;
		return this.rowOf.value.keys().next().value ?? null;
	});
	/** What the header counts; on paper as fine as there is room for. */
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
		const room = this.printing.value ? 3 : Math.ceil(this.width.value / widths[settings.zoom.value] / 2) + 7;
		const days = this.milestones.value.flatMap(({ due_on }) => (due_on ? [numberOf(due_on)] : []));
		return rangeOf(this.bars.value.values(), days, this.today.value, room);
	});

	/** Left edge of a day in the plot. */
	x(day: number): number {
		return (day - this.range.value.from) * this.px.value;
	}

	/** The edges of a bar in the plot; a hair apart, so that neighbours stay two. */
	edges(bar: Bar): { left: number; right: number } {
		const gap = this.px.value >= 8 ? 1 : 0.5;
		const left = this.x(bar.start) + gap;
		return { left, right: Math.max(left + 3, this.x(bar.due + 1) - gap) };
	}

	sort(): void {
		this.#order.forget();
		this.#sorted.value += 1;
	}

	isCritical(id: string): boolean {
		return (this.slack.value.get(id) ?? 1) <= 0;
	}

	/** `WEB-12`. */
	name(task: Pick<Task, "number">): string {
		return `${this.key.value}-${task.number}`;
	}
}

function byDue(a: { due_on: string | null; id: string }, b: { due_on: string | null; id: string }): number {
	return (a.due_on ?? "9999").localeCompare(b.due_on ?? "9999") || a.id.localeCompare(b.id);
}

function groupOf(grouped: string): (task: Task) => string {
	if (grouped === "column") return (task) => task.column_id;
	if (grouped === "milestone") return (task) => task.milestone_id ?? "";
	return (task) => task.assignee_ids[0] ?? "";
}
