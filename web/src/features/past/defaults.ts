// What objects had before a field of them was introduced.
import type { Change, Kind, ProjectEvent, Snapshot } from "boardcast";

const defaults: Partial<Record<Kind, object>> = {
	project: { description: "", move_completed: false, template: false, archived_at: null },
	members: { disabled: false },
	columns: { wip_limit: null, kind: "active", archive_after_days: null },
	tasks: {
		assignee_ids: [],
		label_ids: [],
		milestone_id: null,
		priority: "none",
		start_on: null,
		due_on: null,
		estimate: null,
		completed_at: null,
		archived_at: null,
		comment_count: 0,
		attachment_count: 0,
		cover_id: null,
	},
	labels: { colour: "#808080" },
	milestones: { due_on: null, completed_at: null },
	dependencies: { lag_days: 0 },
	checklist_items: { done: false },
};
const kinds = Object.keys(defaults) as Kind[];

function filled(kind: Kind, object: object): object {
	// When a task was changed was not told at first.
	const changed = kind === "tasks" && "created_at" in object ? { updated_at: object.created_at } : {};
	return { ...defaults[kind], ...changed, ...object };
}

/** A board of an earlier moment with all fields of the present ones. */
export function whole(board: Snapshot): Snapshot {
	const lists = board as unknown as Record<string, object[] | undefined>;
	const parts = kinds.map((kind) => [
		kind,
		kind === "project"
			? filled(kind, board.project)
			: (lists[kind] ?? []).map((object) => filled(kind, object)),
	]);
	return { ...board, ...Object.fromEntries(parts) };
}

/** The same of an event: `isKnown` says whether an object was there before, and has them already. */
export function wholeEvent(event: ProjectEvent, isKnown: (kind: Kind, id: string) => boolean): ProjectEvent {
	if (!event.changes) return event;
	const parts = Object.entries(event.changes).map(([kind, objects]) => [
		kind,
		objects?.map((object) => (isKnown(kind as Kind, object.id) ? object : filled(kind as Kind, object))),
	]);
	return { ...event, changes: Object.fromEntries(parts) as Change["changes"] };
}
