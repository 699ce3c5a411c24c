import { useEffect, useMemo } from "preact/hooks";
import { Entries } from "../../domain/activity/entries";
import { ActivityFeed, concernsTask } from "../../domain/activity/feed";
import { grouped } from "../../domain/activity/group";
import { activity as activityWords } from "../../domain/activity/messages";
import { More } from "../../domain/activity/more";
import { namesOf } from "../../domain/activity/names";
import { projectRights } from "../../domain/project/rights";
import { undoEntry } from "../../domain/undo/commands";
import { mayUndo } from "../../domain/undo/rights";
import { api, body } from "../../platform/api";
import { task as words } from "./messages";
import type { Part } from "./part";

/** So many events are read at once. */
const limit = 30;

/** What happened to the task, the newest first, and live. */
export function TaskActivity({ store, user, task: { id } }: Part) {
	const feed = useMemo(() => {
		const read = (cursor: string | undefined) => {
			const params = {
				path: { project: store.id, task: id },
				query: { limit, ...(cursor === undefined ? {} : { cursor }) },
			};
			return body(api.GET("/projects/{project}/tasks/{task}/activity", { params }));
		};
		return new ActivityFeed(store, read, concernsTask(id));
	}, [store, id]);
	useEffect(() => feed.start(), [feed]);
	const items = feed.items.value;
	const rights = projectRights(store, user);
	return (
		<>
			{items && items.length > 0 && (
				<Entries
					groups={grouped(items)}
					names={namesOf(store)}
					inTask
					label={words.activity}
					undo={{
						may: (item) => mayUndo(item, rights),
						run: ({ seq }, what) => undoEntry(store, seq, what),
					}}
				/>
			)}
			{items?.length === 0 && !feed.hasMore.value && <p class="soft">{activityWords.none}</p>}
			<More feed={feed} />
		</>
	);
}
