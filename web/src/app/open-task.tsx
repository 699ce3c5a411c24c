import type { User } from "@boardcast/client";
import { useEffect } from "preact/hooks";
import type { ProjectStore } from "../live/store/project";
import { href, type ProjectView } from "../platform/route";
import { go, query } from "../platform/router";
import { noteRecent } from "./recent-tasks";
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
	const { tasks } = store.tables;
	tasks.follow();
	const open = tasks.peekAll().find((one) => one.number === number);
	useEffect(() => {
		if (open) noteRecent(user.id, store.id, open);
	}, [user.id, open?.id, open?.title]);
	const search = query.value.toString();
	const at = (task?: number) => {
		const path = href({ name: "project", key: address, view, ...(task ? { task } : {}) });
		return search ? `${path}?${search}` : path;
	};
	return <TaskDialog store={store} user={user} number={number} address={at} onClose={() => go(at())} />;
}
