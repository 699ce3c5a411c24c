import type { FoundTask, Task } from "boardcast";
import { Circle, CircleCheck, LayoutGrid, type LucideIcon, UserRound } from "lucide-preact";
import { addressOfHit, iconOfHit, idOfHit, isTitle } from "../domain/search/hit";
import { nameOf } from "../domain/task/names";
import { addressOf, allProjects, findProject, openStores, projects } from "../live/projects";
import { user } from "../live/session";
import type { ProjectStore } from "../live/store/project";
import { misfit, wordsOf } from "../platform/matching";
import { hasTasks, href } from "../platform/route";
import { go, route } from "../platform/router";
import { later } from "./later";
import { shell } from "./messages";
import type { Command } from "./overlays";
import { recentTasks } from "./recent-tasks";

export interface Entry {
	id: string;
	label: string;
	/** What it is, or where: the group of an action, the project of a task. */
	hint: string;
	icon?: LucideIcon;
	shortcut?: string | undefined;
	/** The place of the text in which the words were found. */
	snippet?: FoundTask["snippet"];
	/** It is a task that is done, or in the archive. */
	over?: boolean;
	run: () => void;
}
export interface Section {
	name: string;
	entries: readonly Entry[];
}

const mostTasks = 8;
const mostPeople = 6;
const mostTexts = 4;
/** How badly what only the server's text fits is said to fit. */
const elsewhere = 2;

type Ranked = Entry & { misfit: number };
type Fits = (label: string) => number | undefined;

/** All that fits what was typed, in sections, the best first. `found` is what the server knows beyond what is loaded. */
export function sections(text: string, commands: readonly Command[], found: readonly FoundTask[]): Section[] {
	const words = wordsOf(text);
	const fits: Fits = (label) => misfit(label, words);
	const about = commands.filter(({ subject }) => subject !== undefined);
	const general = commands.filter(({ subject }) => subject === undefined);
	const all = [
		...[...Map.groupBy(about, ({ subject = "" }) => subject)].map(([subject, members]) => ({
			name: later.onTask(subject),
			// The heading says what they act on.
			ranked: ranked(
				members.map((command) => ({ ...ofCommand(command), hint: "" })),
				fits,
			),
		})),
		{ name: later.recent, ranked: words.length === 0 ? recent() : [] },
		{ name: later.commands, ranked: ranked(general.map(ofCommand), fits) },
		{ name: later.tasks, ranked: words.length > 0 ? tasks(fits, ofKind(found, "task")) : [] },
		{ name: shell.projects, ranked: ranked(ofProjects(), fits) },
		{ name: later.people, ranked: words.length > 0 ? ranked(people(), fits).slice(0, mostPeople) : [] },
		{ name: later.comments, ranked: texts(ofKind(found, "comment")) },
		{ name: later.files, ranked: texts(ofKind(found, "attachment")) },
	].filter((section) => section.ranked.length > 0);
	const best = (section: { ranked: readonly Ranked[] }) =>
		Math.min(...section.ranked.map((one) => one.misfit));
	// Without words the order above is the one that is wanted; sorting keeps it where two are as good.
	return (words.length > 0 ? all.sort((a, b) => best(a) - best(b)) : all).map(
		({ name, ranked: entries }) => ({
			name,
			entries,
		}),
	);
}

/** Those that fit, the best first, and in their order where two are as good. */
function ranked(entries: readonly Entry[], fits: Fits): Ranked[] {
	return entries
		.flatMap((entry) => {
			const misfit = fits(entry.label);
			return misfit === undefined ? [] : [{ ...entry, misfit }];
		})
		.sort((a, b) => a.misfit - b.misfit);
}

function ofCommand({ id, label, group, shortcut, run }: Command): Entry {
	return { id, label, hint: group, shortcut, run };
}

function ofProjects(): Entry[] {
	return (projects.peek() ?? []).map((project) => ({
		id: project.id,
		label: `${project.key} ${project.name}`,
		hint: "",
		icon: LayoutGrid,
		run: () => go({ name: "project", key: addressOf(project), view: "board" }),
	}));
}

/** The people of the loaded projects: choosing one shows their tasks. */
function people(): Entry[] {
	const known = new Map<string, Entry>();
	for (const store of storesHere()) {
		const project = store.tables.project.peek(store.id);
		if (!project) continue;
		const key = addressOf(project);
		for (const { id, name } of store.tables.members.peekAll()) {
			if (known.has(id)) continue;
			const board = href({ name: "project", key, view: "board" });
			const run = () => go(`${board}?assignee=${encodeURIComponent(id)}`);
			known.set(id, { id, label: name, hint: later.tasksIn(project.key), icon: UserRound, run });
		}
	}
	return [...known.values()].sort((a, b) => a.label.localeCompare(b.label));
}

/** The loaded projects, the one that is shown first. */
function storesHere(): ProjectStore[] {
	const now = route.peek();
	const here = now.name === "project" ? findProject(now.key)?.id : undefined;
	const all = openStores().filter((store) => store.status.peek() === "ready");
	return [...all.filter(({ id }) => id === here), ...all.filter(({ id }) => id !== here)];
}

/** The tasks of the loaded projects, those that were opened lately, and what the server has found beyond. */
function tasks(fits: Fits, found: readonly FoundTask[]): Ranked[] {
	const here = storesHere().flatMap((store) => {
		const fitting = store.tables.tasks.peekAll().flatMap((task) => {
			const misfit = task.number > 0 ? fits(`${nameOf(store, task)} ${task.title}`) : undefined;
			return misfit === undefined ? [] : [{ task, misfit }];
		});
		return fitting
			.sort((a, b) => a.misfit - b.misfit || b.task.number - a.task.number)
			.slice(0, mostTasks)
			.map(({ task, misfit }) => ({ ...ofTask(store, task), misfit }));
	});
	const known = new Map<string, Ranked>();
	const add = (entry: Ranked) => {
		if (!known.has(entry.id)) known.set(entry.id, entry);
	};
	// Of several projects the best, and of two that are as good the one of the project that is shown.
	for (const entry of here.sort((a, b) => a.misfit - b.misfit).slice(0, mostTasks)) add(entry);
	for (const entry of ranked(recent(), fits)) add(entry);
	// The server's order is the best first; it knows texts that are not shown here.
	for (const hit of found) add({ ...ofFound(hit), misfit: fits(`${hit.key} ${hit.title}`) ?? elsewhere });
	return [...known.values()];
}

function ofTask(store: ProjectStore, task: Task): Entry {
	const project = store.tables.project.peek(store.id);
	return {
		id: task.id,
		label: `${nameOf(store, task)} ${task.title}`,
		hint: whereIs(store.id, project?.name),
		icon: task.completed_at === null ? Circle : CircleCheck,
		over: task.completed_at !== null,
		run: opens(store.id, task),
	};
}

function recent(): Ranked[] {
	const me = user.peek()?.id;
	const all = me === undefined ? [] : recentTasks(me);
	return all.flatMap(({ project: id, number, id: task, title }) => {
		const project = allProjects.peek()?.find((one) => one.id === id);
		if (!project) return [];
		const store = openStores().find((one) => one.id === id);
		const now = store?.tables.tasks.peek(task)?.title ?? title;
		return [
			{
				id: task,
				label: `${project.key}-${number} ${now}`,
				hint: whereIs(id, project.name),
				icon: Circle,
				misfit: 0,
				run: opens(id, { number }),
			},
		];
	});
}

function ofFound(hit: FoundTask): Entry {
	const project = allProjects.peek()?.find(({ id }) => id === hit.project_id);
	return {
		id: idOfHit(hit),
		label: `${hit.key} ${hit.title}`,
		hint: whereIs(hit.project_id, project?.name),
		icon: iconOfHit(hit),
		over: hit.completed || hit.archived,
		...(isTitle(hit) ? {} : { snippet: hit.snippet }),
		run: opens(hit.project_id, hit),
	};
}

const ofKind = (found: readonly FoundTask[], kind: FoundTask["kind"]) =>
	found.filter((hit) => hit.kind === kind);

/** Comments and files, which only the server knows. */
function texts(found: readonly FoundTask[]): Ranked[] {
	return found.slice(0, mostTexts).map((hit) => ({ ...ofFound(hit), misfit: elsewhere }));
}

/** The project of a task is said where it is not the one that is shown. */
function whereIs(project: string, name = ""): string {
	const now = route.peek();
	return now.name === "project" && findProject(now.key)?.id === project ? "" : name;
}

/** Shows a task over its board, or over the view of its project that is shown. */
function opens(project: string, place: { number: number; comment_id?: string | null }): () => void {
	return () => {
		const found = allProjects.peek()?.find(({ id }) => id === project);
		if (!found) return;
		const now = route.peek();
		const isHere = now.name === "project" && findProject(now.key)?.id === project;
		const view = isHere && hasTasks(now.view) ? now.view : "board";
		const { number, comment_id = null } = place;
		go(addressOfHit({ number, comment_id }, addressOf(found), view));
	};
}
