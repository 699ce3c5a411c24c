// What runs behind the first screen while a user is signed in.
import { effect, untracked } from "@preact/signals";
import type { Task } from "boardcast";
import { startInbox } from "../domain/notification/start-inbox";
import { followVisits } from "../domain/project/visits";
import { describe } from "../domain/task/describe";
import { inWords } from "../live/in-words";
import { watchPolicy } from "../live/policy";
import { allProjects } from "../live/projects";
import { shownProject } from "../live/shown-project";
import { type Action, register } from "../platform/actions";
import { route } from "../platform/router";
import { redoLast } from "../platform/undone";
import { whenIdle } from "../ui/lazy";
import { later } from "./later";
import { tellMembership } from "./membership-news";
import { shell } from "./messages";
import { keepRecentOf, noteRecent } from "./recent-tasks";
import { takeAlong } from "./take-along";
import { countUnseenChanges } from "./unseen-changes";

const redo: Action = {
	id: "edit.redo",
	label: () => later.redo,
	group: () => shell.groups.general,
	shortcut: "Ctrl+Shift+z",
	run: () => void redoLast(),
};

/** Once a first board is shown. Without it the page works as before. */
function startLater(load: () => Promise<() => () => void>): () => void {
	let isOver = false;
	let stop = () => {};
	whenIdle(() => {
		load().then(
			(start) => {
				if (!isOver) stop = start();
			},
			() => {},
		);
	});
	return () => {
		isOver = true;
		stop();
	};
}

/** Returns how to stop. */
export function startBehind(user: string): () => void {
	inWords.value = describe;
	const stops = [
		watchPolicy(),
		startInbox(),
		followVisits(user),
		register([redo, ...takeAlong]),
		effect(() => {
			const store = shownProject();
			return store && tellMembership(store, { id: user });
		}),
		effect(() => {
			const store = shownProject();
			return store && countUnseenChanges(store.id, user);
		}),
		followRecent(user),
		startLater(() => import("../domain/presence/start").then((m) => () => m.startPresence(user))),
		startLater(() => import("../live/last/keep").then((m) => () => m.startKeeping(user))),
	];
	return () => {
		for (const stop of stops) stop();
	};
}

/** Notes the tasks whose dialogs are opened; returns how to stop. */
function followRecent(user: string): () => void {
	let noted: Task | undefined;
	const stops = [
		effect(() => {
			const open = openTask();
			if (!open || (open.id === noted?.id && open.title === noted.title)) return;
			noted = open;
			const project = shownProject()?.id ?? "";
			untracked(() => noteRecent(user, project, open));
		}),
		effect(() => {
			const known = allProjects.value?.map(({ id }) => id);
			if (known) untracked(() => keepRecentOf(user, known));
		}),
	];
	return () => {
		for (const stop of stops) stop();
	};
}

function openTask(): Task | undefined {
	const now = route.value;
	const number = now.name === "project" ? now.task : undefined;
	const tasks = number === undefined ? undefined : shownProject()?.tables.tasks;
	tasks?.follow();
	return tasks?.peekAll().find((one) => one.number === number);
}
