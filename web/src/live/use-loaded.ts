import type { Kind, LoadedState } from "boardcast";
import { useEffect } from "preact/hooks";
import type { ProjectStore } from "./store/project";

/**
 * Holds the objects of a loaded kind that belong to `parent` while the component is shown, and says how far they are.
 * They are read from `store.children[kind].of(parent)` and `store.tables[kind]`, like those of any other kind.
 */
export function useLoaded(store: ProjectStore, kind: Kind, parent: string): LoadedState {
	useEffect(() => store.open(kind, parent), [store, kind, parent]);
	return store.stateOf(kind, parent);
}
