import { type Snapshot, sourceOf } from "boardcast";
import { api, body } from "../../platform/api";
import type { PastSource } from "./model";

const live = sourceOf(api);

export function pastSource(project: string): PastSource {
	const path = { project };
	return {
		board: async (at) =>
			(await body(api.GET("/projects/{project}/board", { params: { path, query: { at } } }))) as Snapshot,
		events: (after) => live.page(project, after),
		activity: async (before, limit) => {
			const params = { path, query: { cursor: String(before), limit } };
			return (await body(api.GET("/projects/{project}/activity", { params }))).items;
		},
	};
}
