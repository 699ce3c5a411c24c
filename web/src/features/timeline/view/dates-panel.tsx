import type { Task } from "boardcast";
import { useState } from "preact/hooks";
import { scheduleTask } from "../../../domain/schedule/commands";
import { dependents } from "../../../domain/schedule/dependents";
import { type Dates, withEnd } from "../../../domain/task/bars";
import { common } from "../../../platform/i18n/common";
import { today } from "../../../platform/i18n/dates";
import { Button } from "../../../ui/button";
import { DayField } from "../../../ui/day-field";
import { Form } from "../../../ui/form";
import { Popover } from "../../../ui/popover";
import { timeline } from "../messages";
import type { PanelProps } from "./panel-props";

/** Start and due date as fields: for keys, for touch, and for days that are far away. */
export function DatesPanel({ plan, task, anchor, onClose }: PanelProps & { task: Task }) {
	const planned = (task.start_on ?? task.due_on) !== null;
	const [dates, setDates] = useState<Dates>(
		planned ? { start_on: task.start_on, due_on: task.due_on } : { start_on: today(), due_on: today() },
	);
	const [along, setAlong] = useState<keyof Dates | undefined>(undefined);
	const set = (changes: Partial<Dates>) => {
		const next = withEnd(dates, changes);
		setDates(next.dates);
		setAlong(next.along);
	};
	const save = () => {
		onClose();
		scheduleTask(plan.store, task, dates, dependents.peek());
	};
	const hint = (end: keyof Dates) => (along === end ? timeline.wentAlong : undefined);
	return (
		<Popover label={timeline.dates} anchor={anchor} onClose={onClose}>
			<Form class="tl-panel" onSubmit={save}>
				<p class="tl-panel-title truncate">
					<span class="soft">{plan.name(task)}</span> <bdi>{task.title}</bdi>
				</p>
				<DayField
					label={timeline.start}
					value={dates.start_on}
					onPick={(start_on) => set({ start_on })}
					hint={hint("start_on")}
				/>
				<DayField
					label={timeline.due}
					value={dates.due_on}
					onPick={(due_on) => set({ due_on })}
					hint={hint("due_on")}
				/>
				<div class="tl-panel-foot">
					<Button type="submit" tone="primary">
						{common.save}
					</Button>
				</div>
			</Form>
		</Popover>
	);
}
