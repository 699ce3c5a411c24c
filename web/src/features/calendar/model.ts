import { computed, signal } from "@preact/signals";
import { byPosition, type Task, type User } from "boardcast";
import { ProjectFilter } from "../../domain/filter/project-filter";
import { dependents } from "../../domain/schedule/dependents";
import { Selection } from "../../domain/selection/selection";
import type { TaskContext, TaskPanel } from "../../domain/task/actions";
import { type Bar, barOf, datesOf } from "../../domain/task/bars";
import { movesOf } from "../../domain/task/dependent-moves";
import { taskRights } from "../../domain/task/rights";
import { addressOf } from "../../live/projects";
import type { ProjectStore } from "../../live/store/project";
import { dayOf, monthOf, numberOf } from "../../platform/days";
import { today } from "../../platform/i18n/dates";
import { pointed } from "../../platform/pointed";
import { href } from "../../platform/route";
import { go, query } from "../../platform/router";
import { first, isOwn, isShown, last, on, show } from "./place";

/** A task that is being moved, and its present place; null beside the days, where it has no date. */
export interface Dragged {
	id: string;
	bar: Bar | null;
	/** The pointer is not over the days: a card at it shows what is dragged. */
	isBeside?: boolean;
	/** It was lifted by keys. */
	lifted?: boolean;
}
type PanelContent = { kind: "day"; day: number; adding: boolean } | { kind: TaskPanel | "menu"; id: string };
type Panel = PanelContent & { at: () => Element | DOMRect | null };

/** What the calendar draws, computed from the live store, the address, and what is being dragged. */
export class CalendarModel {
	readonly filter: ProjectFilter;
	readonly taskContext: TaskContext;
	readonly selection: Selection;
	readonly dragged = signal<Dragged | null>(null);
	readonly panel = signal<Panel | null>(null);
	/** Tasks that another user has just moved. */
	readonly remote = signal<ReadonlySet<string>>(new Set());
	/** The task under the pointer: keys act on it while none has the focus. */
	hovered: string | undefined;
	/** The element that takes the focus with the next rendering, as the one that had it is moved or replaced. */
	wanted: { day: number } | { task: string } | undefined;
	readonly #day = signal<number | undefined>(undefined);

	constructor(
		readonly store: ProjectStore,
		readonly user: User,
	) {
		this.filter = new ProjectFilter(store, user);
		this.selection = new Selection({ store, matches: this.filter.matches, order: () => this.order() });
		this.taskContext = {
			store,
			rights: () => this.rights.value,
			current: () => this.current(),
			openPanel: (what, task) => this.openPanel(what, task),
			address: (task) => this.address(task),
		};
	}

	readonly rights = computed(() => taskRights(this.store, this.user));
	readonly editable = computed(() => this.rights.value.write);
	readonly key = computed(() => this.store.tables.project.get(this.store.id)?.key ?? "");
	readonly columns = computed(() => this.store.tables.columns.all().sort(byPosition));
	readonly #tasks = computed(() => this.store.tables.tasks.all().filter((task) => task.archived_at === null));
	readonly #matching = computed(() => this.#tasks.value.filter(this.filter.matches.value));
	/** The bars on the shown days. */
	readonly #bars = computed(() => {
		const [from, to] = [dayOf(first.value), dayOf(last.value)];
		const bars = new Map<string, Bar>();
		for (const task of this.#matching.value) {
			// As texts, of which most end here: no day of the others is computed.
			const begin = task.start_on ?? task.due_on;
			const end = task.due_on ?? task.start_on;
			if (begin === null || end === null || begin > to || end < from) continue;
			const bar = barOf(task);
			if (bar) bars.set(task.id, bar);
		}
		return bars;
	});
	/** By how many days each follower moves with the dragged task. */
	readonly followerShift = computed((): ReadonlyMap<string, number> => {
		const dragged = this.dragged.value;
		const task = dragged && this.store.tables.tasks.get(dragged.id);
		if (!dragged?.bar || !task) return new Map();
		const links = this.store.tables.dependencies.all();
		return movesOf(task, datesOf(dragged.bar, task), dependents.value, this.#tasks.value, links);
	});
	/** The bars as they are drawn: with the dragged one at its present place, and its followers moved along. */
	readonly bars = computed((): ReadonlyMap<string, Bar> => {
		const dragged = this.dragged.value;
		if (!dragged) return this.#bars.value;
		const seen = new Map(this.#bars.value);
		seen.delete(dragged.id);
		if (dragged.bar) seen.set(dragged.id, dragged.bar);
		const { tasks } = this.store.tables;
		for (const [id, by] of this.followerShift.value) {
			const task = tasks.peek(id);
			const bar = task && this.filter.matches.value(task) ? barOf(task) : undefined;
			if (bar) seen.set(id, { start: bar.start + by, due: bar.due + by });
		}
		return seen;
	});
	/** The milestones by their day. */
	readonly milestones = computed(() => {
		const dated = this.store.tables.milestones.all().filter(({ due_on }) => due_on !== null);
		return Map.groupBy(dated, ({ due_on }) => numberOf(due_on ?? ""));
	});
	/** The open tasks without a date, the newest first. */
	readonly undated = computed(() => {
		const open = ({ completed_at, start_on, due_on }: Task) =>
			completed_at === null && start_on === null && due_on === null;
		return this.#matching.value.filter(open).sort((a, b) => b.number - a.number);
	});
	/** The day to which Tab comes, and from which the keys go on. */
	readonly stop = computed(() => {
		const day = this.#day.value;
		if (day !== undefined && day >= first.value && day <= last.value) return day;
		const now = numberOf(today());
		if (now >= first.value && now <= last.value && isOwn(now)) return now;
		return isOwn(first.value) ? first.value : monthOf(on.value);
	});

	/** The tasks of a day, in the order of their lanes. */
	tasksOn(day: number): Task[] {
		const { tasks } = this.store.tables;
		return [...this.bars.value]
			.filter(([, bar]) => bar.start <= day && bar.due >= day)
			.sort(asLying)
			.flatMap(([id]) => tasks.get(id) ?? []);
	}

	/** Ids of the tasks as they are shown: day by day, and then those without a date. */
	order(): string[] {
		const dated = [...this.bars.peek()].sort(asLying).map(([id]) => id);
		return [...dated, ...this.undated.peek().map(({ id }) => id)];
	}

	/** Go to a day, by keys with the focus too. */
	goTo(day: number, focus = false): void {
		this.#day.value = day;
		if (focus) this.wanted = { day };
		if (!isShown(day)) show(day);
	}

	readonly #pointedTask = pointed("calendar task", () => {
		const panel = this.panel.peek();
		return (panel && "id" in panel ? panel.id : undefined) ?? focusedTask() ?? this.hovered;
	});

	/** The task that keys and menus act on now. */
	current(): Task | undefined {
		const id = this.#pointedTask();
		return id === undefined ? undefined : this.store.tables.tasks.peek(id);
	}

	openPanel(what: TaskPanel, task: Task, at: Panel["at"] = () => elementOf(task.id)): void {
		if (what === "title") go(this.address(task));
		else this.panel.value = { kind: what, id: task.id, at };
	}

	openDay(day: number, adding: boolean): void {
		this.#day.value = day;
		const at = () => document.querySelector(`[data-day="${day}"]`);
		this.panel.value = { kind: "day", day, adding, at };
	}

	/** The address of a task's dialog over the calendar as it is shown. */
	address(task: Pick<Task, "number">): string {
		const search = query.value.toString();
		const key = addressOf({ id: this.store.id, key: this.key.value });
		const path = href({ name: "project", key, view: "calendar", task: task.number });
		return search ? `${path}?${search}` : path;
	}
}

/** What begins earlier comes first, and of these the longer one. */
function asLying([a, one]: [string, Bar], [b, other]: [string, Bar]): number {
	return one.start - other.start || other.due - one.due || (a < b ? -1 : 1);
}

export function elementOf(task: string): HTMLElement | null {
	return document.querySelector(`a[data-task="${CSS.escape(task)}"]`);
}

function focusedTask(): string | undefined {
	return document.activeElement?.closest<HTMLElement>("[data-task]")?.dataset["task"];
}
