import type { User } from "../../lib/api/types";
import { timeline } from "../../lib/messages/timeline";
import type { ProjectStore } from "../../lib/store/project";

interface Props {
	/** Loaded and live. */
	store: ProjectStore;
	user: User;
	/** Number of the task whose dialog is open over the timeline. */
	task: number | undefined;
}

export function Timeline(_: Props) {
	return <p class="page soft">{timeline.title}</p>;
}
