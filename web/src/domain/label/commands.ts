import type { Label } from "boardcast";
import { type Command, command } from "../../live/command";
import type { ProjectStore } from "../../live/store/project";
import { api, body } from "../../platform/api";
import { label as words } from "./messages";

const params = (store: ProjectStore, label: Label) => ({ path: { project: store.id, label: label.id } });

/** Waits for the answer: a task can only be labelled with the id that the server gives. */
export function createLabel(store: ProjectStore, name: string, colour: string): Promise<Label> {
	return body(
		api.POST("/projects/{project}/labels", {
			params: { path: { project: store.id } },
			body: { name, colour },
		}),
	);
}

/** A new name is refused when another person has changed it since `base`, the version at which the typing began. */
export const patchLabel: Command<[label: Label, changes: { name?: string; colour?: string }, base?: number]> =
	command((store, label, changes, base = label.version) => ({
		lane: label.id,
		failure: words.couldNotChangeLabel(label.name),
		...typedIn(label, changes.name, base),
		effect: () => ({ changes: { labels: [{ id: label.id, ...changes }] } }),
		request: (api) =>
			api.PATCH("/projects/{project}/labels/{label}", { params: params(store, label), body: changes }),
	}));

function typedIn(label: Label, name: string | undefined, version: number) {
	if (name === undefined) return {};
	const place = { kind: "labels", id: label.id, field: "name" } as const;
	return {
		base: { version, fields: [`${label.id}.name`] },
		typed: { what: words.nameOf(label.name), text: name, place },
	};
}

export const deleteLabel = command((store, label: Label) => ({
	lane: label.id,
	failure: words.couldNotChangeLabel(label.name),
	effect: () => ({ removed: { labels: [label.id] } }),
	request: (api) => api.DELETE("/projects/{project}/labels/{label}", { params: params(store, label) }),
}));
