// The tasks that a person has selected in a view, to change them together.
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Task } from "boardcast";
import type { ProjectStore } from "../../live/store/project";

/** Why a task stood in the way of a change of all. */
export interface Blocked {
	task_id: string;
	/** Null where there is no such task. */
	number: number | null;
	code: string;
	detail: string;
}

type Keys = Pick<MouseEvent, "shiftKey" | "ctrlKey" | "metaKey">;

interface View {
	readonly store: ProjectStore;
	/** Whether the view's filter shows a task: what is hidden is not changed by mistake. */
	readonly matches: ReadonlySignal<(task: Task) => boolean>;
	/** Ids of the tasks as they are shown, from the first to the last. */
	order: () => readonly string[];
}

export class Selection {
	readonly #ids = signal<ReadonlySet<string>>(new Set());
	/** The task that was selected last: a selection is extended from there. */
	#anchor: string | undefined;
	/** What the server said of the last change that it refused. */
	readonly blocked = signal<readonly Blocked[]>([]);
	/** The selected tasks that are there and shown. */
	readonly tasks: ReadonlySignal<readonly Task[]> = computed(() => {
		const ids = this.#ids.value;
		if (ids.size === 0) return none;
		const { tasks } = this.view.store.tables;
		tasks.follow();
		const matches = this.view.matches.value;
		return [...ids].flatMap((id) => {
			const task = tasks.peek(id);
			return task && matches(task) ? task : [];
		});
	});

	constructor(private readonly view: View) {}

	/** The same in the order in which they are shown. */
	inOrder(): readonly Task[] {
		const places = new Map(this.view.order().map((id, index) => [id, index]));
		const placeOf = ({ id }: Task) => places.get(id) ?? places.size;
		return [...this.tasks.peek()].sort((a, b) => placeOf(a) - placeOf(b));
	}

	get size(): number {
		return this.tasks.value.length;
	}

	/** Subscribes to the whole selection. */
	has(id: string): boolean {
		return this.#ids.value.has(id);
	}

	toggle(id: string): void {
		const next = this.#shown();
		if (!next.delete(id)) next.add(id);
		this.#anchor = id;
		this.#set(next);
	}

	/** All that are shown between the one that was selected last and this one. */
	extendTo(id: string): void {
		const order = this.view.order();
		const from = this.#anchor === undefined ? -1 : order.indexOf(this.#anchor);
		const to = order.indexOf(id);
		if (to < 0) return;
		const [first, last] = from < 0 ? [to, to] : [Math.min(from, to), Math.max(from, to)];
		if (from < 0) this.#anchor = id;
		this.#set(new Set([...this.#shown(), ...order.slice(first, last + 1)]));
	}

	/** What a press on a task with Ctrl or Shift does; returns whether it was one. */
	press({ shiftKey, ctrlKey, metaKey }: Keys, id: string): boolean {
		if (shiftKey) this.extendTo(id);
		else if (ctrlKey || metaKey) this.toggle(id);
		return shiftKey || ctrlKey || metaKey;
	}

	/** The same where a finger that has begun to select goes on by tapping. */
	tap(event: MouseEvent, id: string): boolean {
		if (this.press(event, id)) return true;
		const isTap = (event as PointerEvent).pointerType === "touch" && this.tasks.peek().length > 0;
		if (isTap) this.toggle(id);
		return isTap;
	}

	replace(ids: Iterable<string>): void {
		this.#set(new Set(ids));
	}

	all(): void {
		this.replace(this.view.order());
	}

	without(ids: readonly string[]): void {
		this.#set(new Set([...this.#ids.peek()].filter((id) => !ids.includes(id))));
	}

	clear(): void {
		this.#anchor = undefined;
		if (this.#ids.peek().size > 0) this.#set(new Set());
	}

	/** Those that were archived or hidden meanwhile do not come back by surprise. */
	#shown(): Set<string> {
		return new Set(this.tasks.peek().map(({ id }) => id));
	}

	#set(ids: ReadonlySet<string>): void {
		this.blocked.value = [];
		this.#ids.value = ids;
	}
}

const none: readonly Task[] = [];
