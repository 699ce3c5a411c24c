import type { Activity as Entry, User } from "boardcast";
import { History } from "lucide-preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { Entries } from "../../domain/activity/entries";
import { ActivityFeed } from "../../domain/activity/feed";
import { byDay } from "../../domain/activity/group";
import { More } from "../../domain/activity/more";
import { namesOf } from "../../domain/activity/names";
import { projectRights } from "../../domain/project/rights";
import { undoEntry, undoRun } from "../../domain/undo/commands";
import { mayUndo } from "../../domain/undo/rights";
import { addressOf } from "../../live/projects";
import type { ProjectStore } from "../../live/store/project";
import { api, body } from "../../platform/api";
import { dayNow } from "../../platform/clock";
import { day } from "../../platform/i18n/dates";
import { href } from "../../platform/route";
import { query, setQuery } from "../../platform/router";
import { Button } from "../../ui/button";
import { Empty } from "../../ui/empty";
import { Select } from "../../ui/select";
import { activity as words } from "./messages";
import { TaskLink } from "./task-link";
import { queryOf, readWanted, topicOptions, type Wanted } from "./wanted";
import "./activity.css";

/** So many events are read at once. */
const limit = 50;
/** What one person did within so many ms stands together. */
const within = 3_600_000;

/** What happened in a project, by day and person, the latest first, and live. */
export function Activity({ store, user }: { store: ProjectStore; user: User }) {
	const wanted = readWanted(query.value);
	const what = JSON.stringify(queryOf(wanted));
	return (
		<div class="page activity-page">
			<Filters store={store} user={user} wanted={wanted} />
			<Days key={what} store={store} user={user} wanted={wanted} />
		</div>
	);
}

function Filters({ store, user, wanted }: { store: ProjectStore; user: User; wanted: Wanted }) {
	const people = store.tables.members
		.all()
		.sort((a, b) => Number(b.id === user.id) - Number(a.id === user.id) || a.name.localeCompare(b.name))
		.map(({ id, name }) => ({ value: id, label: name }));
	return (
		<div class="activity-filters">
			<Select
				label={words.person}
				aria-label={words.person}
				value={wanted.person}
				onPick={(person) => setQuery({ by: person || null })}
				options={[{ value: "", label: words.everyone }, ...people]}
			/>
			<Select
				label={words.kind}
				aria-label={words.kind}
				value={wanted.topic}
				onPick={(topic) => setQuery({ about: topic || null })}
				options={topicOptions}
			/>
		</div>
	);
}

function Days({ store, user, wanted }: { store: ProjectStore; user: User; wanted: Wanted }) {
	const [feed] = useState(() => {
		const asked = queryOf(wanted);
		return new ActivityFeed(store, (cursor) => {
			const asking = { ...asked, limit, ...(cursor === undefined ? {} : { cursor }) };
			const params = { path: { project: store.id }, query: asking };
			return body(api.GET("/projects/{project}/activity", { params }));
		});
	});
	useEffect(() => feed.start(), [feed]);
	const items = feed.items.value;
	const days = useMemo(() => byDay(items ?? [], within), [items]);
	const names = namesOf(store);
	const rights = projectRights(store, user);
	const project = store.tables.project.get(store.id);
	const key = project ? addressOf(project) : store.id;
	const board = href({ name: "project", key, view: "board" });
	const isNothing = items?.length === 0 && !feed.hasMore.value;
	return (
		<>
			{days.map(({ day: of, groups }) => (
				<section key={of} class="activity-day" aria-label={titleOf(of)}>
					<h2>{titleOf(of)}</h2>
					<Entries
						groups={groups}
						names={names}
						label={words.of(words.title, titleOf(of))}
						moment={({ seq }) => `${board}?at=${seq}`}
						undo={{
							may: (item) => mayUndo(item, rights),
							run: ({ seq }, what) => undoEntry(store, seq, what),
							// Under a choice of topics a group hides some of what its person did.
							...(wanted.topic === "" ? { all: (run, what) => undoRun(store, run, what) } : {}),
						}}
						task={(item: Entry) => <TaskLink store={store} item={item} />}
					/>
				</section>
			))}
			{isNothing && <Nothing wanted={wanted} />}
			<More feed={feed} />
		</>
	);
}

function titleOf(of: string): string {
	const today = dayNow.value;
	if (of === today) return words.today;
	const before = new Date(Date.parse(`${today}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
	return of === before ? words.yesterday : day(of);
}

function Nothing({ wanted }: { wanted: Wanted }) {
	const isFiltered = wanted.person !== "" || wanted.topic !== "";
	return (
		<Empty
			icon={History}
			title={isFiltered ? words.noneFiltered : words.none}
			action={
				isFiltered && <Button onClick={() => setQuery({ by: null, about: null })}>{words.clear}</Button>
			}
		>
			{isFiltered ? words.noneFilteredHint : words.noneHint}
		</Empty>
	);
}
