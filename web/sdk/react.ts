// Hooks for React 18 and 19.
import {
	createContext,
	createElement,
	type ReactNode,
	useCallback,
	useContext,
	useEffect,
	useMemo,
	useRef,
	useSyncExternalStore,
} from "react";
import type { ProjectEvent, Task } from "./api/types.ts";
import type { Client, ClientState } from "./live/client.ts";
import type { LiveProject } from "./live/project.ts";
import { matches, nothingYet, type ProjectState, type TaskFilter, tasksOf } from "./live/state.ts";

const Context = createContext<Client | null>(null);

/** Gives the client to the hooks below it. */
export function BoardcastProvider({ client, children }: { client: Client; children?: ReactNode }) {
	return createElement(Context.Provider, { value: client }, children);
}

export function useClient(): Client {
	const client = useContext(Context);
	if (!client) throw new Error("there is no <BoardcastProvider client={…}> above this component");
	return client;
}

function useLive(id: string | undefined): LiveProject | undefined {
	const client = useClient();
	return useMemo(() => (id === undefined ? undefined : client.project(id)), [client, id]);
}

/** The project as it is now, and how to change it (`live`). Without an id nothing is asked for. */
export function useProject(id: string | undefined): ProjectState & { live: LiveProject | undefined } {
	const live = useLive(id);
	const state = useLiveState(live);
	return useMemo(() => ({ ...state, live }), [state, live]);
}

function useLiveState(live: LiveProject | undefined): ProjectState {
	const subscribe = useCallback((listener: () => void) => live?.subscribe(listener) ?? (() => {}), [live]);
	return useSyncExternalStore(
		subscribe,
		() => live?.state ?? nothingYet,
		() => nothingYet,
	);
}

/** The tasks of a project in their order. The same list until one of them changes. */
export function useTasks(id: string | undefined, filter: TaskFilter = {}): readonly Task[] {
	const state = useLiveState(useLive(id));
	const { column, assignee, label, milestone, completed } = filter;
	return useMemo(
		() => tasksOf(state, { column, assignee, label, milestone, completed }),
		[state.tasks, column, assignee, label, milestone, completed],
	);
}

/**
 * Calls `listener` with each event of a project, once and in order; with `type` only with those, such as `task.moved` or
 * `task.*`.
 */
export function useEvent(id: string | undefined, listener: (event: ProjectEvent) => void, type = "*"): void {
	const live = useLive(id);
	const latest = useRef(listener);
	useEffect(() => {
		latest.current = listener;
	});
	useEffect(
		() =>
			live?.onEvent((event) => {
				if (matches(event.type, type)) latest.current(event);
			}),
		[live, type],
	);
}

/** How the stream is doing. */
export function useConnection(): ClientState {
	const client = useClient();
	const subscribe = useCallback((listener: () => void) => client.onState(listener), [client]);
	return useSyncExternalStore(
		subscribe,
		() => client.state,
		() => client.state,
	);
}
