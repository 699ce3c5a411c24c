import type { Task } from "boardcast";
import { CalendarRange, CalendarX2, Link2, Spline } from "lucide-preact";
import { namesOf } from "../../domain/dependency/names";
import { filterActions } from "../../domain/filter/actions";
import { scheduleTask } from "../../domain/schedule/commands";
import { dependents, manners } from "../../domain/schedule/dependents";
import { selectActions } from "../../domain/selection/actions";
import { type TaskContext, type TaskPanel, taskActions } from "../../domain/task/actions";
import type { Action } from "../../platform/actions";
import { useActions } from "../../platform/use-actions";
import { modals } from "../../ui/modals";
import { type Zoom, zooms } from "./draw/scale";
import { openTask } from "./gestures/open";
import { timeline } from "./messages";
import type { PanelContent, Plan } from "./model";
import type { Grouped } from "./plan/rows";
import { type Coloured, settings } from "./settings";

type At = Element | DOMRect;

/** Registers the actions of the timeline: buttons, keys, menus and the palette show them. */
export function useTimelineActions(plan: Plan, zoomTo: (zoom: Zoom) => void, toToday: () => void): void {
	useActions(() => {
		const current = () => plan.pointedTask();
		const actions = [
			...zoomActions(zoomTo),
			{ id: "timeline.today", label: () => timeline.toToday, group, shortcut: ".", run: toToday },
			{
				id: "timeline.sort",
				label: () => timeline.sort,
				group,
				enabled: () => plan.unsorted.peek(),
				run: () => plan.sort(),
			},
			{
				id: "milestone.create",
				label: () => timeline.newMilestone,
				group,
				enabled: () => plan.editable.peek(),
				run: () => {
					const at = document.querySelector(".tl-new-milestone") ?? new DOMRect();
					plan.panel.value = { kind: "new milestone", day: plan.today.peek(), at };
				},
			},
			...viewActions(),
			...filterActions(plan.filter),
			...barActions(plan, current, () => barElement(current()?.id) ?? new DOMRect()),
			...nativeKeys(),
		];
		// Disabled while the dialog of a task is open over the timeline.
		return actions.map((action: Action) => ({
			...action,
			enabled: () => modals.peek().length === 0 && (action.enabled?.() ?? true),
		}));
	});
}

const group = () => timeline.group;

function zoomActions(zoomTo: (zoom: Zoom) => void): Action[] {
	const step = (by: number) => {
		const next = zooms[zooms.indexOf(settings.zoom.peek()) + by];
		if (next) zoomTo(next);
	};
	return [
		...zooms.map((zoom, index) => ({
			id: `timeline.zoom.${zoom}`,
			label: () => timeline.zoomTo[zoom],
			group,
			shortcut: String(index + 1),
			run: () => zoomTo(zoom),
		})),
		{ id: "timeline.zoom.in", label: () => timeline.zoomIn, group, shortcut: "=", run: () => step(-1) },
		{ id: "timeline.zoom.out", label: () => timeline.zoomOut, group, shortcut: "-", run: () => step(1) },
	];
}

const groupings: readonly Grouped[] = ["none", "column", "milestone", "assignee"];
const colourings: readonly Coloured[] = ["column", "label", "assignee"];
const switches = ["critical", "slack", "arrows", "table"] as const;

/** The groups of the menu "View". */
export const viewGroups = [
	groupings.map((value) => `timeline.group.${value}`),
	colourings.map((value) => `timeline.colour.${value}`),
	switches.map((name) => `timeline.show.${name}`),
];

/** How the plan is grouped, coloured, and what it shows. */
export function viewActions(): Action[] {
	const choice = <V extends string>(
		prefix: string,
		value: V,
		words: Record<V, string>,
		setting: { value: V },
	): Action => ({
		id: `timeline.${prefix}.${value}`,
		label: () => words[value],
		group,
		checked: () => setting.value === value,
		run: () => {
			setting.value = value;
		},
	});
	return [
		...groupings.map((value) => choice("group", value, timeline.groupedBy, settings.grouped)),
		...colourings.map((value) => choice("colour", value, timeline.colouredBy, settings.coloured)),
		...manners.map((value) => choice("dependents", value, timeline.dependentsDo, dependents)),
		...switches.map((name) => ({
			id: `timeline.show.${name}`,
			label: () => timeline.show[name],
			group,
			checked: () => settings[name].value,
			run: () => {
				settings[name].value = !settings[name].peek();
			},
		})),
	];
}

/** The groups of the menu of a bar; the dependencies of its task follow in a group of their own. */
export const barGroups = [
	["task.open"],
	["timeline.dates", "task.complete", "timeline.unschedule"],
	["task.move", "task.assign", "task.labels", "task.priority"],
	["select.toggle", "task.copy_link", "task.duplicate", "task.archive", "task.delete"],
];

/** Everything that can be done with a bar: the actions of its task, its dates and its dependencies. */
export function barActions(plan: Plan, current: () => Task | undefined, at: () => At): Action[] {
	const open = (panel: PanelContent) => {
		plan.panel.value = { ...panel, at: at() };
	};
	const context: TaskContext = {
		store: plan.store,
		rights: () => plan.rights.value,
		current,
		openPanel: (what, task) => openPanel(plan, what, task, open),
		address: (task) => plan.addressOf(task),
	};
	const enabled = () => current() !== undefined && plan.editable.value;
	const subject = () => {
		const task = current();
		return task && plan.name(task);
	};
	const own: Action[] = [
		{
			id: "timeline.dates",
			label: () => timeline.setDates,
			group,
			icon: CalendarRange,
			enabled,
			run: () => {
				const task = current();
				if (task) open({ kind: "dates", id: task.id });
			},
		},
		{
			id: "timeline.unschedule",
			label: () => timeline.takeOff,
			group,
			icon: CalendarX2,
			enabled,
			run: () => {
				const task = current();
				if (task) scheduleTask(plan.store, task, { start_on: null, due_on: null }, "keep");
			},
		},
		{
			id: "dependency.create",
			label: () => timeline.linkTo,
			group,
			icon: Link2,
			enabled,
			run: () => {
				const task = current();
				if (task) open({ kind: "other", id: task.id });
			},
		},
	];
	return [
		...selectActions(plan.selection, context),
		...taskActions(context),
		...own.map((action) => ({ ...action, subject })),
	];
}

/** An action for each dependency of a task, which opens its panel. */
export function dependencyActions(plan: Plan, task: Task, at: At): Action[] {
	return plan.links.value
		.filter(({ task_id, depends_on_id }) => task_id === task.id || depends_on_id === task.id)
		.map((link) => {
			const [waiting, first] = namesOf(plan.store, link);
			const label = link.task_id === task.id ? timeline.editLink(first) : timeline.editFollower(waiting);
			return {
				id: `dependency.edit.${link.id}`,
				label: () => label,
				group,
				icon: Spline,
				enabled: () => plan.editable.value,
				run: () => {
					plan.panel.value = { kind: "link", id: link.id, at };
				},
			};
		});
}

function openPanel(plan: Plan, what: TaskPanel, task: Task, open: (panel: PanelContent) => void): void {
	// The title is edited in the dialog.
	if (what === "title") openTask(plan, task.id);
	else if (what === "due") open({ kind: "dates", id: task.id });
	else if (what === "delete") open({ kind: "delete", id: task.id });
	else open({ kind: "picker", id: task.id, picker: what });
}

function barElement(id: string | undefined): Element | null {
	if (id === undefined) return null;
	const name = CSS.escape(id);
	return document.querySelector(`[data-bar="${name}"] .tl-box, [data-waiting="${name}"]`);
}

/** The keys of a focused bar, for the sheet of shortcuts only: the bars handle these keys themselves. */
function nativeKeys(): Action[] {
	const lines = [
		["move", "ArrowRight"],
		["extend", "Shift+ArrowRight"],
		["shrink", "Ctrl+ArrowLeft"],
		["menu", "Shift+F10"],
	] as const;
	return lines.map(([name, shortcut]) => ({
		id: `timeline.bar.${name}`,
		label: () => timeline.barKeys[name],
		group: () => timeline.barGroup,
		shortcut,
		native: true,
		hidden: true,
		run: () => {},
	}));
}
