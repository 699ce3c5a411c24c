// Composables for Vue 3.
import {
	type ComputedRef,
	computed,
	type InjectionKey,
	inject,
	type MaybeRefOrGetter,
	onScopeDispose,
	type Plugin,
	type ShallowRef,
	shallowRef,
	toValue,
	watch,
} from "vue";
import type { ProjectEvent, Task } from "./api/types.ts";
import type { Client, ClientState } from "./live/client.ts";
import type { LiveProject } from "./live/project.ts";
import { matches, nothingYet, type ProjectState, type TaskFilter, tasksOf } from "./live/state.ts";

const key: InjectionKey<Client> = Symbol("boardcast");

/** Gives the client to the composables: `app.use(boardcast(client))`. */
export function boardcast(client: Client): Plugin {
	return { install: (app) => app.provide(key, client) };
}

export function useClient(): Client {
	const client = inject(key, undefined);
	if (!client) throw new Error("this app has no client: app.use(boardcast(client))");
	return client;
}

type Id = MaybeRefOrGetter<string | undefined>;

/** Calls `use` with the project of the id, and again when the id changes; nothing is asked for on a server. */
function withProject(id: Id, use: (live: LiveProject | undefined) => (() => void) | undefined): void {
	const client = useClient();
	let stop: (() => void) | undefined;
	watch(
		() => toValue(id),
		(now) => {
			stop?.();
			stop = use(now === undefined ? undefined : client.project(now));
		},
		{ immediate: typeof window !== "undefined" },
	);
	onScopeDispose(() => stop?.());
}

/** The project as it is now, and how to change it (`live`). */
export function useProject(id: Id): ShallowRef<ProjectState & { live: LiveProject | undefined }> {
	const state = shallowRef<ProjectState & { live: LiveProject | undefined }>({
		...nothingYet,
		live: undefined,
	});
	withProject(id, (live) => {
		const show = () => {
			state.value = { ...(live?.state ?? nothingYet), live };
		};
		show();
		return live?.subscribe(show);
	});
	return state;
}

/** The tasks of a project in their order. */
export function useTasks(id: Id, filter: MaybeRefOrGetter<TaskFilter> = {}): ComputedRef<readonly Task[]> {
	const state = useProject(id);
	return computed(() => tasksOf(state.value, toValue(filter)));
}

/**
 * Calls `listener` with each event of a project, once and in order; with `type` only with those, such as `task.moved` or
 * `task.*`.
 */
export function useEvent(id: Id, listener: (event: ProjectEvent) => void, type = "*"): void {
	withProject(id, (live) =>
		live?.onEvent((event) => {
			if (matches(event.type, type)) listener(event);
		}),
	);
}

/** How the stream is doing. */
export function useConnection(): ShallowRef<ClientState> {
	const client = useClient();
	const state = shallowRef(client.state);
	onScopeDispose(
		client.onState((now) => {
			state.value = now;
		}),
	);
	return state;
}
