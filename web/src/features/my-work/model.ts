import { batch, computed, signal } from "@preact/signals";
import type { List, ListedTask, Problem, ProjectEvent, User } from "boardcast";
import { storeOf } from "../../domain/listed-task/commands";
import { listen } from "../../live/stream";
import { api, body } from "../../platform/api";
import { onWake } from "../../platform/clock";
import { today } from "../../platform/i18n/dates";
import { sectionsOf } from "./sections";

/** Events come in bursts: the lists are read once for all that come within so many ms. */
const pause = 300;
const page = 200;
/** More than so many pages are not read. */
const mostPages = 5;

type Fields = Partial<ListedTask>;

/** The tasks of the user in all projects. The server lists them, and each event of the stream is a reason to ask again. */
export class MyWork {
	readonly problem = signal<Problem | null>(null);
	readonly #mine = signal<readonly ListedTask[] | undefined>(undefined);
	readonly #latest = signal<readonly ListedTask[]>([]);
	/** What this page has changed and the server has not listed yet. */
	readonly #meanwhile = signal<ReadonlyMap<string, Fields>>(new Map());
	/** How many requests of a task have no answer yet. */
	readonly #unanswered = new Map<string, number>();
	/** Undefined until the lists were read once. */
	readonly sections = computed(() => {
		const mine = this.#mine.value;
		if (!mine) return undefined;
		const now = (task: ListedTask) => this.#now(task);
		return sectionsOf(mine.map(now), this.#latest.value.map(now), this.user.id, today());
	});
	#reading = false;
	#again = false;
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(readonly user: User) {}

	/** Read, and follow the stream; returns how to stop. */
	start(): () => void {
		void this.read();
		const soon = () => this.#soon();
		const stops = [
			listen("event", (data) => {
				const { changes, removed } = data as ProjectEvent;
				if (changes?.tasks || removed?.tasks || changes?.project) soon();
			}),
			...["hello", "reset", "left", "joined", "poll"].map((name) => listen(name, soon)),
			onWake(soon),
		];
		return () => {
			clearTimeout(this.#timer);
			for (const stop of stops) stop();
		};
	}

	/** One reading at a time, and once more when something came meanwhile: an older answer never wins. */
	async read(): Promise<void> {
		if (this.#reading) {
			this.#again = true;
			return;
		}
		this.#reading = true;
		do {
			this.#again = false;
			// What the server has not answered yet may not be in what it lists now, nor what is changed from here on.
			const answered = new Set(
				[...this.#meanwhile.peek()].flatMap(([id, fields]) => (this.#unanswered.get(id) ? [] : fields)),
			);
			try {
				const [mine, latest] = await Promise.all([readMine(), readLatest()]);
				batch(() => {
					this.#mine.value = mine;
					this.#latest.value = latest;
					this.problem.value = null;
					const left = [...this.#meanwhile.peek()].filter(([, fields]) => !answered.has(fields));
					this.#meanwhile.value = new Map(left);
				});
			} catch (problem) {
				this.problem.value = problem as Problem;
			}
		} while (this.#again);
		this.#reading = false;
	}

	/** Show an edit at once; null when it was answered, and the lists can be read. */
	readonly meanwhile = (id: string, fields: Fields | null): void => {
		this.#unanswered.set(id, (this.#unanswered.get(id) ?? 0) + (fields ? 1 : -1));
		if (!fields) {
			void this.read();
			return;
		}
		const shown = this.#meanwhile.peek();
		this.#meanwhile.value = new Map(shown).set(id, { ...shown.get(id), ...fields });
	};

	#soon(): void {
		this.#timer ??= setTimeout(() => {
			this.#timer = undefined;
			void this.read();
		}, pause);
	}

	/** A task as the page knows it: of a loaded project it is live. */
	#now(listed: ListedTask): ListedTask {
		const live = storeOf(listed)?.task;
		return { ...listed, ...live, ...this.#meanwhile.value.get(listed.id) };
	}
}

async function readMine(): Promise<ListedTask[]> {
	const found: ListedTask[] = [];
	let cursor: string | undefined;
	for (let turn = 0; turn < mostPages; turn++) {
		const query = { assignee: ["me"], status: ["open" as const], sort: "due_on" as const, limit: page };
		const more = cursor ? { cursor } : {};
		const list: List<ListedTask> = await body(
			api.GET("/me/tasks", { params: { query: { ...query, ...more } } }),
		);
		found.push(...list.items);
		cursor = list.next_cursor ?? undefined;
		if (!cursor) break;
	}
	return found;
}

/** The last changed tasks of all projects: among them are those that others are to do for the user. */
async function readLatest(): Promise<ListedTask[]> {
	const query = { sort: "-updated_at" as const, limit: page };
	return (await body(api.GET("/me/tasks", { params: { query } }))).items;
}
