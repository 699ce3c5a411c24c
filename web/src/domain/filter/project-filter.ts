import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Task, User } from "boardcast";
import type { ProjectStore } from "../../live/store/project";
import { today } from "../../platform/i18n/dates";
import { query, setQuery } from "../../platform/router";
import { lookForUpdate } from "../../platform/update";
import { countOf, everything, type Filter, isPlain, matcher, readFilter, writeFilter } from "./filter";

const wide = signal<typeof import("./wide").wideMatcher | undefined>(undefined);
/** How long to wait before what did not come is asked for again, in ms. */
const again = 5000;

/** Filters with days and names come behind the first screen, or with the first address that has one. */
export function loadWide(): void {
	const loading = import("./wide").then((m) => m.wideMatcher);
	loading.then(
		(make) => {
			wide.value = make;
		},
		() => {
			void lookForUpdate();
			setTimeout(loadWide, again);
		},
	);
}

/** The filter of the address, over the tasks of one project. A view makes one and shows its `FilterBar`. */
export class ProjectFilter {
	readonly #value = computed(() => readFilter(query.value));
	readonly #isSet = computed(() => countOf(this.#value.value) > 0);
	/** What a line of words asks is known. Until then nothing is shown, and that nothing matches is not said. */
	readonly #isReady = computed(() => isPlain(this.value) || wide.value !== undefined);
	/** Whether a task is shown. It is another function whenever another filter, another day or other names count. */
	readonly matches: ReadonlySignal<(task: Task) => boolean> = computed(() => this.matching(this.value));
	/** The sheet of filters on a phone, and where the focus goes in it. */
	readonly sheet = signal<"choices" | "words" | undefined>(undefined);

	constructor(
		readonly store: ProjectStore,
		readonly user: User,
	) {}

	get value(): Filter {
		return this.#value.value;
	}

	/** Whether it may hide anything. */
	get isSet(): boolean {
		return this.#isSet.value;
	}

	get isReady(): boolean {
		return this.#isReady.value;
	}

	/** Whether a task would be shown with this filter. */
	matching(filter: Filter): (task: Task) => boolean {
		const { store, user } = this;
		const key = store.tables.project.get(store.id)?.key ?? "";
		if (isPlain(filter)) return matcher(filter, user.id, key, today());
		const make = wide.value;
		if (make) return make(filter, store, user.id, key, today());
		loadWide();
		return () => false;
	}

	change(next: Partial<Filter>): void {
		setQuery(writeFilter({ ...this.#value.peek(), ...next }));
	}

	clear(): void {
		this.change(everything);
	}
}
