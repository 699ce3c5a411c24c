import { useComputed } from "@preact/signals";
import type { Task } from "boardcast";
import { CalendarPlus, ChevronDown, ChevronUp } from "lucide-preact";
import { useId, useState } from "preact/hooks";
import { select } from "../../../domain/selection/select";
import { common } from "../../../platform/i18n/common";
import { href } from "../../../platform/route";
import { folded } from "../../../platform/text";
import { IconButton } from "../../../ui/button";
import { TextField } from "../../../ui/field";
import { dragOntoPlan } from "../gestures/drag-onto-plan";
import { timeline } from "../messages";
import type { Plan } from "../model";
import { settings } from "../settings";
import { Legend } from "./legend";
import type { Scroller } from "./viewport";

interface Props {
	plan: Plan;
	scroller: Scroller;
}

const many = 12;
const most = 200;

/** The list of tasks without dates below the plan; it can be closed. */
export function Drawer({ plan, scroller }: Props) {
	const id = useId();
	const tasks = plan.unscheduled.value;
	const [wanted, setWanted] = useState("");
	const open = settings.unscheduled.value;
	const Icon = open ? ChevronDown : ChevronUp;
	const text = folded(wanted.trim());
	const fits = (task: Task) => folded(`${plan.name(task)} ${task.title}`).includes(text);
	const found = !open ? [] : text === "" ? tasks : tasks.filter(fits);
	return (
		<section class="tl-drawer" aria-label={timeline.unscheduled}>
			<div class="tl-foot">
				{tasks.length > 0 && (
					<button
						type="button"
						class="tl-drawer-head"
						aria-expanded={open}
						aria-controls={id}
						onClick={() => {
							settings.unscheduled.value = !open;
						}}
					>
						<Icon size={16} aria-hidden="true" />
						{timeline.unscheduled}
						<span class="tl-count">{tasks.length}</span>
						{open && plan.editable.value && (
							<span class="tl-drawer-hint soft">{timeline.unscheduledHint}</span>
						)}
					</button>
				)}
				<Legend plan={plan} />
			</div>
			<div id={id} hidden={!open || tasks.length === 0} class="tl-drawer-body">
				{tasks.length > many && (
					<TextField
						bare
						label={common.search}
						placeholder={common.search}
						type="search"
						onText={setWanted}
					/>
				)}
				<ul class="tl-waiting">
					{found.slice(0, most).map((task) => (
						<Waiting key={task.id} plan={plan} task={task} scroller={scroller} />
					))}
				</ul>
			</div>
		</section>
	);
}

function Waiting({ plan, task, scroller }: Props & { task: Task }) {
	const isSelected = useComputed(() => plan.selection.has(task.id)).value;
	return (
		<li
			class="tl-waiting-task"
			data-selected={isSelected || undefined}
			data-editable={plan.editable.value || undefined}
			onPointerDown={(event) => {
				if (!(event.target as Element).closest("button")) dragOntoPlan(plan, task, event, scroller.current);
			}}
		>
			<a
				draggable={false}
				class="truncate"
				data-waiting={task.id}
				href={href({ name: "project", key: plan.address.value, view: "timeline", task: task.number })}
				onClick={(event) => {
					if (plan.editable.peek() && plan.selection.tap(event, task.id)) event.preventDefault();
				}}
			>
				{isSelected && <span class="visually-hidden">{select.selected}</span>}
				<span class="tl-number">{plan.name(task)}</span> <bdi>{task.title}</bdi>
			</a>
			{plan.editable.value && (
				<IconButton
					icon={CalendarPlus}
					label={timeline.giveDates(plan.name(task))}
					onClick={(event) => {
						plan.panel.value = { kind: "dates", id: task.id, at: event.currentTarget };
					}}
				/>
			)}
		</li>
	);
}
