import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Task, User } from "../../lib/api/types";
import { href } from "../../lib/route";
import { query, route } from "../../lib/router";
import { byPosition } from "../../lib/store/position";
import type { ProjectStore } from "../../lib/store/project";
import type { Asked } from "../../lib/tasks/actions";
import { rights } from "../../lib/tasks/rights";
import { isEmpty, matcher, readFilter } from "./filter";
import { Focus } from "./focus";
import { News } from "./news";

/** Where a dragged card would land. */
export interface Over {
	column: string;
	/** The card under the pointer and the side of it; without one the end of the column. */
	card?: string;
	edge?: "top" | "bottom";
}
/** A task in the keyboard's hand: shown at `index` of `column`, told to the server only when it is dropped. */
export interface Lifted {
	id: string;
	column: string;
	index: number;
}
export interface Question {
	what: Asked | "menu";
	id: string;
	anchor: () => Element | DOMRect | null;
}

/** What the board shows beyond the project's state: filter, focus, drags, open panels. */
export class BoardModel {
	readonly filter = computed(() => readFilter(query.value));
	readonly filtering = computed(() => !isEmpty(this.filter.value));
	readonly columns = computed(() => this.store.tables.columns.all().sort(byPosition));
	readonly columnIds = computed(() => this.columns.value.map((column) => column.id));
	readonly rights = computed(() => rights(this.store, this.user));
	readonly key = computed(() => this.store.tables.project.get(this.store.id)?.key ?? "");
	readonly question = signal<Question | undefined>(undefined);
	/** The card whose title is being edited in place. */
	readonly editing = signal<string | undefined>(undefined);
	readonly dragging = signal<string | undefined>(undefined);
	readonly draggingColumn = signal<string | undefined>(undefined);
	readonly over = signal<Over | undefined>(undefined);
	readonly overColumn = signal<{ id: string; edge: "left" | "right" } | undefined>(undefined);
	readonly lifted = signal<Lifted | undefined>(undefined);
	/** The column whose quick add is open. */
	readonly adding = signal<string | undefined>(undefined);
	readonly focus: Focus;
	readonly news: News;
	/** The card under the pointer: keys work on it while no card has the focus. */
	hovered: string | undefined;

	#meant: Question | undefined;
	readonly #shown = new Map<string, ReadonlySignal<readonly string[]>>();
	readonly #matches = computed(() => matcher(this.filter.value, this.user.id, this.key.value));

	constructor(
		readonly store: ProjectStore,
		readonly user: User,
	) {
		this.focus = new Focus(this);
		this.news = new News(store, user.id);
	}

	/** Ids of the cards of a column as they are shown: filtered, and with a lifted card where it is held. */
	shown(column: string): readonly string[] {
		let ids = this.#shown.get(column);
		if (!ids) {
			ids = computed(() => this.#show(column));
			this.#shown.set(column, ids);
		}
		return ids.value;
	}

	#show(column: string): readonly string[] {
		let ids = this.store.tasksByColumn.of(column);
		if (this.filtering.value) {
			const matches = this.#matches.value;
			ids = ids.filter((id) => {
				const task = this.store.tables.tasks.get(id);
				return task !== undefined && matches(task);
			});
		}
		const lifted = this.lifted.value;
		if (!lifted || !this.store.tables.tasks.get(lifted.id)) return ids;
		const others = ids.filter((id) => id !== lifted.id);
		if (lifted.column !== column) return others.length === ids.length ? ids : others;
		return others.toSpliced(lifted.index, 0, lifted.id);
	}

	/** The task that keys and menus mean now. */
	current(): Task | undefined {
		const id = this.#meant?.id ?? this.question.value?.id ?? this.focus.now() ?? this.hovered;
		return id === undefined ? undefined : this.store.tables.tasks.peek(id);
	}

	/** Run a menu's action for the card whose menu it was. */
	withCard(question: Question, run: () => void): void {
		this.#meant = question;
		run();
		this.#meant = undefined;
	}

	/** Open a panel, or the title's field, for a task. */
	ask(what: Asked, task: Task): void {
		const anchor = this.#meant?.anchor ?? (() => this.focus.element(task.id)?.closest(".card") ?? null);
		if (what === "title") this.editing.value = task.id;
		else this.question.value = { what, id: task.id, anchor };
	}

	/** The address of a task's dialog; the filter stays behind it. */
	address(task: Pick<Task, "number">): string {
		const search = query.value.toString();
		// The project may be addressed by its id where two have the same key.
		const now = route.value;
		const key = now.name === "project" ? now.key : this.key.value;
		const path = href({ name: "project", key, view: "board", task: task.number });
		return search ? `${path}?${search}` : path;
	}
}
