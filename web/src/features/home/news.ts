// What others did in each project since the person saw it last.
import { effect, signal } from "@preact/signals";
import type { ProjectEvent, User } from "boardcast";
import { visits } from "../../domain/project/visits";
import { projects } from "../../live/projects";
import { listen } from "../../live/stream";
import { api, body } from "../../platform/api";

export interface News {
	/** The event up to which the person has seen the project. */
	since: number;
	count: number;
	/** There are more than were read. */
	isMore: boolean;
	/** Who did it, the last one first. */
	names: readonly string[];
}

/** So many events of a project are read: more are only said to be more. */
const mostEvents = 100;
/** Several requests at a time would hold up what the person opens next. */
const atOnce = 3;

/** The news of all projects; each comes when it is read. Live while it is followed. */
export class ProjectNews {
	readonly all = signal<ReadonlyMap<string, News>>(new Map());
	readonly #events = new Map<string, Map<number, ProjectEvent>>();
	readonly #more = new Set<string>();
	/** Up to which event each project is known. */
	readonly #known: Map<string, number>;
	readonly #seen: ReadonlyMap<string, number>;
	#waiting: string[] = [];
	#reading = 0;

	constructor(private readonly user: User) {
		this.#seen = new Map(Object.entries(visits(user.id)));
		this.#known = new Map(this.#seen);
	}

	/** Read what is new by the list of projects, and follow the stream; returns how to stop. */
	start(): () => void {
		const stops = [
			effect(() => {
				const behind = (projects.value ?? []).filter(({ id, seq }) => seq > (this.#known.get(id) ?? seq));
				this.#waiting = behind.map(({ id }) => id);
				while (this.#reading < atOnce && this.#waiting.length > 0) void this.#readNext();
			}),
			listen("event", (data) => {
				const event = data as ProjectEvent;
				if (this.#known.has(event.project)) this.#add(event.project, [event]);
			}),
		];
		return () => {
			this.#waiting = [];
			for (const stop of stops) stop();
		};
	}

	async #readNext(): Promise<void> {
		const project = this.#waiting.shift();
		const after = project === undefined ? undefined : this.#known.get(project);
		if (project === undefined || after === undefined) return;
		this.#reading += 1;
		const head = projects.peek()?.find(({ id }) => id === project)?.seq ?? after;
		// Not asked again, even if it fails: without its news a project is still there.
		this.#known.set(project, head);
		try {
			const params = { path: { project }, query: { after, limit: mostEvents } };
			const { items } = await body(api.GET("/projects/{project}/events", { params }));
			if (head - after > mostEvents) this.#more.add(project);
			this.#add(project, items as ProjectEvent[]);
		} catch {
			// As above.
		}
		this.#reading -= 1;
		void this.#readNext();
	}

	/** The stream may tell an event twice, and one that was read: each counts once. */
	#add(project: string, events: readonly ProjectEvent[]): void {
		const known = this.#events.get(project) ?? new Map<number, ProjectEvent>();
		for (const event of events) if (event.actor?.id !== this.user.id) known.set(event.seq, event);
		this.#events.set(project, known);
		if (known.size === 0) return;
		const actors = [...known.values()]
			.sort((a, b) => b.seq - a.seq)
			.flatMap(({ actor }) => actor?.name ?? []);
		const since = this.#seen.get(project) ?? 0;
		const news = { since, count: known.size, isMore: this.#more.has(project), names: [...new Set(actors)] };
		this.all.value = new Map(this.all.peek()).set(project, news);
	}
}
