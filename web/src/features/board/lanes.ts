// Swimlanes: the cards of each column by who works on them, by a label, by priority or by milestone.
import { computed, type ReadonlySignal } from "@preact/signals";
import type { Task } from "boardcast";
import type { ProjectFilter } from "../../domain/filter/project-filter";
import { assignable } from "../../domain/member/assignable";
import { type BesideMove, patchTask, setAssigned, setLabelled } from "../../domain/task/commands";
import { task as taskWords } from "../../domain/task/messages";
import { nameOf } from "../../domain/task/names";
import { priorities } from "../../domain/task/priorities";
import { offerUndo } from "../../live/command";
import type { ProjectStore } from "../../live/store/project";
import { lanes as words } from "./lane-words";
import type { Grouping } from "./lists";

export interface Lane {
	/** The id of what its tasks have, or `none`. */
	key: string;
	name: string;
}

/** What the lanes have to know of the board. */
export interface LanedBoard {
	readonly store: ProjectStore;
	readonly filter: ProjectFilter;
	readonly columnIds: ReadonlySignal<readonly string[]>;
	/** Ids of the cards of a column that the filter lets through. */
	found(column: string): readonly string[];
}

const none = "none";
const fields = {
	assignee: "assignee_ids",
	label: "label_ids",
	priority: "priority",
	milestone: "milestone_id",
} as const;
const byName = (a: Lane, b: Lane) => a.name.localeCompare(b.name);
const named = ({ id, name }: { id: string; name: string }): Lane => ({ key: id, name });

export class Lanes {
	/** From top to bottom. While a filter is set those without a card are left out. */
	readonly shown: ReadonlySignal<readonly Lane[]> = computed(() => {
		if (!this.board.filter.isSet) return this.#all.value;
		return this.#all.value.filter(({ key }) => this.count(key) > 0);
	});
	readonly #all = computed(() => this.#lanes());
	readonly #order = computed(() => new Map(this.#all.value.map(({ key }, index) => [key, index])));
	readonly #lists = new Map<string, ReadonlySignal<ReadonlyMap<string, readonly string[]>>>();

	constructor(
		private readonly board: LanedBoard,
		readonly by: Grouping,
	) {}

	/** The lanes of a task from top to bottom: each of its people has its card, and each of its labels. */
	of(task: Task): readonly [string, ...string[]] {
		if (this.by === "priority") return [task.priority];
		const ids = {
			assignee: task.assignee_ids,
			label: task.label_ids,
			milestone: task.milestone_id === null ? [] : [task.milestone_id],
		}[this.by];
		const order = this.#order.value;
		const place = (id: string) => order.get(id) ?? Number.POSITIVE_INFINITY;
		const [first, ...others] = ids.filter((id) => order.has(id)).sort((a, b) => place(a) - place(b));
		return first === undefined ? [none] : [first, ...others];
	}

	/** Ids of the cards of a column in a lane, as the filter leaves them. */
	ids(column: string, lane: string): readonly string[] {
		return this.#ofColumn(column).value.get(lane) ?? [];
	}

	count(lane: string): number {
		return this.board.columnIds.value.reduce((sum, id) => sum + this.ids(id, lane).length, 0);
	}

	nameOf(lane: string): string {
		return this.#all.value.find(({ key }) => key === lane)?.name ?? "";
	}

	/** What a task that is added in a lane has from the beginning. */
	fields(lane: string): Partial<Pick<Task, "assignee_ids" | "label_ids" | "priority" | "milestone_id">> {
		if (lane === none) return {};
		if (this.by === "priority") return { priority: lane as Task["priority"] };
		if (this.by === "milestone") return { milestone_id: lane };
		return this.by === "assignee" ? { assignee_ids: [lane] } : { label_ids: [lane] };
	}

	/** The name of a place in a column, for people. */
	placeName(column: string, lane: string): string {
		return words.list(column, this.nameOf(lane));
	}

	/**
	 * Give a task what a lane stands for, in place of what the lane does that its card comes from: a move from lane to lane
	 * replaces that one person or label and leaves the others, and a move to those without takes all of them, so that the card
	 * lies where it was dropped. Returns what that changed, and how to take it back.
	 */
	put(task: Task, from: string, to: string): BesideMove | undefined {
		if (from === to) return undefined;
		const lanes = this.of(task);
		const taken = to === none ? lanes : lanes.filter((lane) => lane === from);
		// What the task had already it keeps when the move is taken back.
		const given = lanes.includes(to) ? [] : [to];
		const turn = (taken: readonly string[], given: readonly string[]) => {
			const now = this.board.store.tables.tasks.peek(task.id);
			if (now) this.#change(now, taken, given);
		};
		turn(taken, given);
		const field = fields[this.by];
		return {
			change: { changes: { tasks: [{ id: task.id, [field]: task[field] }] } },
			back: () => turn(given, taken),
			again: () => turn(taken, given),
		};
	}

	/** For a change of the lane and of the place in it: a move to another column says itself what it did. */
	tell(task: Task, lane: string, beside: BesideMove, place: { back: () => void; again: () => void }): void {
		const { store } = this.board;
		const { id, column_id, position } = task;
		offerUndo(store, [beside.change, { changes: { tasks: [{ id, column_id, position }] } }], {
			text: words.moved(nameOf(store, task), this.nameOf(lane)),
			run: () => {
				beside.back();
				place.back();
			},
			again: () => {
				beside.again();
				place.again();
			},
		});
	}

	#change(task: Task, taken: readonly string[], given: readonly string[]): void {
		const { store } = this.board;
		const [to = none] = given;
		if (this.by === "priority") patchTask.withoutUndo(store, task, { priority: to as Task["priority"] });
		else if (this.by === "milestone")
			patchTask.withoutUndo(store, task, { milestone_id: to === none ? null : to });
		else {
			const set = this.by === "assignee" ? setAssigned : setLabelled;
			for (const id of taken) if (id !== none) set(store, task, id, false);
			for (const id of given) if (id !== none) set(store, task, id, true);
		}
	}

	#lanes(): Lane[] {
		const { tables } = this.board.store;
		const rest = { key: none, name: words.none[this.by] };
		if (this.by === "priority") return priorities.map((key) => ({ key, name: taskWords.priorityName(key) }));
		if (this.by === "label") return [...tables.labels.all().map(named).sort(byName), rest];
		if (this.by === "milestone") return [...tables.milestones.all().map(named).sort(byName), rest];
		const members = tables.members.all();
		// Also those who may not be assigned any more, as long as they have tasks.
		const people = assignable(
			members,
			members.map(({ id }) => id),
		);
		return [...people.map(named).sort(byName), rest];
	}

	#ofColumn(column: string): ReadonlySignal<ReadonlyMap<string, readonly string[]>> {
		let lists = this.#lists.get(column);
		if (!lists) {
			let last: ReadonlyMap<string, readonly string[]> = new Map();
			lists = computed(() => {
				last = this.#split(column, last);
				return last;
			});
			this.#lists.set(column, lists);
		}
		return lists;
	}

	/** A list that has not changed is the same one: then nothing of it is rendered. */
	#split(column: string, last: ReadonlyMap<string, readonly string[]>) {
		const { tasks } = this.board.store.tables;
		tasks.follow();
		const next = new Map<string, string[]>();
		for (const id of this.board.found(column)) {
			const task = tasks.peek(id);
			if (!task) continue;
			for (const lane of this.of(task)) {
				const list = next.get(lane);
				if (list) list.push(id);
				else next.set(lane, [id]);
			}
		}
		const kept = new Map<string, readonly string[]>(next);
		for (const [lane, ids] of next) {
			const before = last.get(lane);
			if (before?.length === ids.length && before.every((id, index) => id === ids[index]))
				kept.set(lane, before);
		}
		return kept;
	}
}
