import type { Change, Kind, ProjectEvent } from "boardcast";
import type { ProjectStore } from "./store/project";

interface Watched {
	kind: Kind;
	id: string;
	fields: readonly string[];
}

/** Who has changed something since; `name` is absent when only the outcome is known. */
interface Since {
	name?: string;
}

/**
 * Watches what edits have changed; the result says whether another person has changed any of it since. `isOver` ends the
 * watching.
 */
export function watchSince(
	store: ProjectStore,
	changes: readonly Change[],
	isOver: () => boolean,
): () => Since | undefined {
	const watched = changes.flatMap(objectsOf);
	let since: Since | undefined;
	let seen = values(store, watched);
	const stop = store.onApplied((events) => {
		if (isOver()) return stop();
		const other = events.find(
			(event) => !store.isOwn(event.cause) && watched.some((one) => touches(event, one)),
		);
		if (other) since ??= other.actor ? { name: other.actor.name } : {};
		const now = values(store, watched);
		// A snapshot brings what has happened without saying who did it.
		if (events.length === 0 && now !== seen) since ??= {};
		seen = now;
	});
	return () => {
		stop();
		return since;
	};
}

function objectsOf({ changes, removed }: Change): Watched[] {
	const changed = Object.entries(changes ?? {}).flatMap(([kind, objects]) =>
		objects.map((object) => ({
			kind: kind as Kind,
			id: object.id,
			fields: Object.keys(object).filter((field) => field !== "id" && field !== "version"),
		})),
	);
	const gone = Object.entries(removed ?? {}).flatMap(([kind, ids]) =>
		ids.map((id) => ({ kind: kind as Kind, id, fields: [] })),
	);
	return [...changed, ...gone];
}

function touches({ changes, removed }: ProjectEvent, { kind, id, fields }: Watched): boolean {
	if (removed?.[kind]?.includes(id)) return true;
	return (
		changes?.[kind]?.some((object) => object.id === id && fields.some((field) => field in object)) ?? false
	);
}

function values(store: ProjectStore, watched: readonly Watched[]): string {
	const row = ({ kind, id, fields }: Watched) => {
		const now = store.view.get(kind, id) as Record<string, unknown> | undefined;
		return now && fields.map((field) => now[field]);
	};
	return JSON.stringify(watched.map(row));
}
