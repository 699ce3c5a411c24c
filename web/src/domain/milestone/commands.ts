import type { Api, Day, Milestone, MilestonePatch } from "boardcast";
import { type Command, command } from "../../live/command";
import { provisionalId } from "../../live/provisional";
import type { ProjectStore } from "../../live/store/project";
import { milestone as words } from "./messages";

const address = "/projects/{project}/milestones/{milestone}";
const params = (store: ProjectStore, milestone: Milestone) => ({
	path: { project: store.id, milestone: milestone.id },
});

export const createMilestone = command((store, name: string, due_on: Day | null) => {
	const milestone = { id: provisionalId(), name, due_on, completed_at: null, version: 0 };
	return {
		creates: milestone.id,
		failure: words.couldNotCreate(name),
		typed: { what: words.fresh, text: name },
		effect: () => ({ changes: { milestones: [milestone] } }),
		request: (api) =>
			api.POST("/projects/{project}/milestones", {
				params: { path: { project: store.id } },
				body: { name, due_on },
			}),
	};
});

const patch = (
	store: ProjectStore,
	milestone: Milestone,
	changes: MilestonePatch,
	base = milestone.version,
) => {
	const { completed, ...fields } = changes;
	const completion = completed === undefined ? {} : { completed_at: completed ? now() : null };
	return {
		lane: milestone.id,
		failure: words.couldNotChange(milestone.name),
		base: { version: base, fields: [`${milestone.id}.due_on`], onceWaited: true as const },
		...typedIn(milestone, changes.name, base),
		effect: () => ({ changes: { milestones: [{ id: milestone.id, ...fields, ...completion }] } }),
		request: (api: Api) => api.PATCH(address, { params: params(store, milestone), body: changes }),
	};
};

function typedIn(milestone: Milestone, name: string | undefined, version: number) {
	if (name === undefined) return {};
	const place = { kind: "milestones", id: milestone.id, field: "name" } as const;
	return {
		base: { version, fields: [`${milestone.id}.name`] },
		typed: { what: words.nameOf(milestone.name), text: name, place },
	};
}

const now = () => new Date().toISOString();

/** A new name is refused when another person has changed it since `base`, the version at which the typing began. */
export const patchMilestone: Command<[milestone: Milestone, changes: MilestonePatch, base?: number]> =
	command(patch);

export const moveMilestone: Command<[milestone: Milestone, due_on: Day | null]> = command(
	(store, milestone, due_on) => {
		const before = milestone.due_on;
		if (before === due_on) return undefined;
		return {
			...patch(store, milestone, { due_on }),
			undo: () => ({
				text: words.moved(milestone.name),
				run: () => {
					const current = store.view.get("milestones", milestone.id);
					if (current) moveMilestone.withoutUndo(store, current, before);
				},
			}),
		};
	},
);

/** There is no undo: ask before. */
export const deleteMilestone = command((store, milestone: Milestone) => ({
	lane: milestone.id,
	failure: words.couldNotDelete(milestone.name),
	effect: (view) => ({
		changes: {
			tasks: view
				.all("tasks")
				.filter((task) => task.milestone_id === milestone.id)
				.map((task) => ({ id: task.id, milestone_id: null })),
		},
		removed: { milestones: [milestone.id] },
	}),
	request: (api) => api.DELETE(address, { params: params(store, milestone) }),
}));
