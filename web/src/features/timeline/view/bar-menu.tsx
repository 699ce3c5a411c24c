import { CalendarRange, CalendarX2, Check, Link2, PanelRightOpen, RotateCcw, Spline } from "lucide-preact";
import { type MenuItem, MenuList } from "../../../components/menu";
import type { Task } from "../../../lib/api/types";
import { timeline } from "../../../lib/messages/timeline";
import { complete } from "../edit/completion";
import { names } from "../edit/dependencies";
import { schedule } from "../edit/schedule";
import { openTask } from "../hands/bars";
import type { Panel } from "../model";
import type { PanelProps } from "./panels";

/** Right click, long press or the menu key: everything that a mouse can do to a bar and its arrows. */
export function BarMenu({
	plan,
	task,
	at,
	anchor,
	onClose,
}: PanelProps & { task: Task; at: Element | DOMRect }) {
	const done = task.completed_at !== null;
	const open = (kind: "dates" | "other" | "link", id: string) => () => {
		plan.panel.value = { kind, id, at } as Panel;
	};
	const look: MenuItem[] = [
		{ label: timeline.open, icon: PanelRightOpen, shortcut: "Enter", run: () => openTask(plan, task.id) },
	];
	const edit: MenuItem[] = [
		{ label: timeline.setDates, icon: CalendarRange, run: open("dates", task.id) },
		{
			label: done ? timeline.reopen : timeline.markComplete,
			icon: done ? RotateCcw : Check,
			run: () => complete(plan, task, !done),
		},
		{
			label: timeline.takeOff,
			icon: CalendarX2,
			run: () => schedule(plan, task, { start_on: null, due_on: null }, "keep"),
		},
	];
	const links = plan.links.value.filter(
		({ task_id, depends_on_id }) => task_id === task.id || depends_on_id === task.id,
	);
	const between: MenuItem[] = [
		{ label: timeline.linkTo, icon: Link2, run: open("other", task.id) },
		...links.map((link) => {
			const [name, other] = names(plan, link);
			const label = link.task_id === task.id ? timeline.editLink(other) : timeline.editFollower(name);
			return { label, icon: Spline, run: open("link", link.id) };
		}),
	];
	return (
		<MenuList
			label={plan.name(task)}
			items={plan.editable.value ? [look, edit, between] : [look]}
			header={
				<p class="truncate">
					<span class="soft">{plan.name(task)}</span> {task.title}
				</p>
			}
			anchor={anchor}
			onClose={onClose}
		/>
	);
}
