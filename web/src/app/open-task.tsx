import type { User } from "../lib/api/types";
import { href, type ProjectView } from "../lib/route";
import { go, query } from "../lib/router";
import type { ProjectStore } from "../lib/store/project";
import { TaskDialog } from "./features";

/** The dialog of a task over its view; the query (a filter of the board) stays what it is. */
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
