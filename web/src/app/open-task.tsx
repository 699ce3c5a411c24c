import type { User } from "boardcast";
import type { ProjectStore } from "../live/store/project";
import { href, type ProjectView } from "../platform/route";
import { go, query } from "../platform/router";
import { TaskDialog } from "./screens";

/** The dialog of a task over the board or the timeline. Its links keep the query, which holds the board's filter. */
export function OpenTask({
	store,
	user,
	number,
	view,
	address,
}: {
	store: ProjectStore;
	user: User;
	number: number;
	view: ProjectView;
	address: string;
}) {
	const search = query.value.toString();
	const at = (task?: number) => {
		const path = href({ name: "project", key: address, view, ...(task ? { task } : {}) });
		return search ? `${path}?${search}` : path;
	};
	return <TaskDialog store={store} user={user} number={number} address={at} onClose={() => go(at())} />;
}
