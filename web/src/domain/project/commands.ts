import type { Day, Problem, Project } from "boardcast";
import { type Command, command } from "../../live/command";
import { expectLoss } from "../../live/lost-projects";
import { loadProjects, receiveLeft } from "../../live/projects";
import type { ProjectStore } from "../../live/store/project";
import { api, body } from "../../platform/api";
import { explain } from "../../platform/i18n/errors";
import { toast } from "../../platform/toasts";
import { project as words } from "./messages";
import { pinning } from "./pins";

interface NewProject {
	name: string;
	key?: string;
	template: "basic" | "empty";
}

/** Waits for the answer, and until the list of projects has the new one. */
export async function createProject(fields: NewProject): Promise<Project> {
	const project = await body(api.POST("/projects", { body: fields }));
	await loadProjects();
	return project;
}

export type ProjectFields = Pick<Project, "name" | "key" | "description" | "move_completed">;

/** Waits for the answer: the form shows a refusal. `base` is the version that the person began to change. */
export async function patchProject(id: string, changes: Partial<ProjectFields>, base: number): Promise<void> {
	await body(
		api.PATCH("/projects/{project}", {
			params: { path: { project: id } },
			headers: { "If-Match": `"${base}"` },
			body: changes,
		}),
	);
}

/** One after the other: the last press counts. */
let lastPin: Promise<unknown> = Promise.resolve();

/** Keep a project on top of one's own list, or no longer: shown at once, and taken back when the server refuses. */
export async function setPinned({ id, name }: Pick<Project, "id" | "name">, on: boolean): Promise<void> {
	pinning.value = new Map(pinning.peek()).set(id, on);
	const call = { params: { path: { project: id } } };
	const send = () =>
		body<unknown>(
			on ? api.PUT("/projects/{project}/pin", call) : api.DELETE("/projects/{project}/pin", call),
		);
	try {
		lastPin = lastPin.then(send, send);
		await lastPin;
		await loadProjects();
	} catch (problem) {
		const detail = explain(problem as Problem);
		toast({ tone: "danger", text: words.couldNotPin(name), detail, project: id });
	}
	if (pinning.peek().get(id) !== on) return;
	const left = new Map(pinning.peek());
	left.delete(id);
	pinning.value = left;
}

export const setProjectArchived: Command<[archived: boolean]> = command((store, archived) => {
	const archived_at = archived ? new Date().toISOString() : null;
	const name = store.tables.project.peek(store.id)?.name ?? "";
	return {
		lane: "project",
		failure: archived ? words.couldNotArchive : words.couldNotUnarchive,
		effect: () => ({ changes: { project: [{ id: store.id, archived_at }] } }),
		request: (api) => {
			const call = { params: { path: { project: store.id } } };
			return archived
				? api.PUT("/projects/{project}/archive", call)
				: api.DELETE("/projects/{project}/archive", call);
		},
		...(archived
			? {
					undo: () => ({
						text: words.archived(name),
						run: () => setProjectArchived.withoutUndo(store, false),
					}),
				}
			: {}),
	};
});

interface ProjectCopy {
	name: string;
	key?: string;
	with_members?: boolean;
	/** All dates are shifted so that the earliest one is on this day. */
	start_on?: Day;
}

/** Waits for the answer, and until the list of projects has the copy. */
export async function duplicateProject(id: string, fields: ProjectCopy): Promise<Project> {
	const params = { path: { project: id } };
	const copy = await body(api.POST("/projects/{project}/duplicate", { params, body: fields }));
	await loadProjects();
	return copy;
}

/** A template is offered where a project is made. */
export const setTemplate = command((store, template: boolean) => ({
	lane: "project",
	failure: words.couldNotChange,
	effect: () => ({ changes: { project: [{ id: store.id, template }] } }),
	request: (api) =>
		api.PATCH("/projects/{project}", {
			params: { path: { project: store.id } },
			body: { template } as object,
		}),
}));

/** Waits for the answer. It goes from the page of everybody, so ask before; its owners can restore it. */
export async function deleteProject(store: ProjectStore): Promise<void> {
	const notExpected = expectLoss(store.id);
	try {
		await body(api.DELETE("/projects/{project}", { params: { path: { project: store.id } } }));
	} catch (error) {
		notExpected();
		throw error;
	}
	receiveLeft(store.id, "deleted");
}
