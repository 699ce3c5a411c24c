import { signal } from "@preact/signals";
import type { ProjectSummary } from "boardcast";

/** What is on its way to the server: shown at once. */
export const pinning = signal<ReadonlyMap<string, boolean>>(new Map());

/** Whether the person keeps a project on top. */
export const isPinned = ({ id, pinned }: Pick<ProjectSummary, "id" | "pinned">) =>
	pinning.value.get(id) ?? pinned;
