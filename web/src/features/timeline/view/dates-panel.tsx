import { useState } from "preact/hooks";
import { Button } from "../../../components/button";
import { DateField } from "../../../components/field";
import { Popover } from "../../../components/popover";
import type { Task } from "../../../lib/api/types";
import { common } from "../../../lib/messages/common";
import { today } from "../../../lib/messages/dates";
import { timeline } from "../../../lib/messages/timeline";
import { schedule } from "../edit/schedule";
import type { PanelProps } from "./panels";

/** Start and due date by hand: for keys, for fingers, and for days far away. */
export function DatesPanel({ plan, task, anchor, onClose }: PanelProps & { task: Task }) {
	const planned = (task.start_on ?? task.due_on) !== null;
	const [start_on, setStart] = useState(planned ? task.start_on : today());
	const [due_on, setDue] = useState(planned ? task.due_on : today());
	const wrong = start_on !== null && due_on !== null && due_on < start_on;
	const save = (event: Event) => {
		event.preventDefault();
		if (wrong) return;
		onClose();
		schedule(plan, task, { start_on, due_on });
	};
	return (
		<Popover label={timeline.dates} anchor={anchor} onClose={onClose}>
			<form class="tl-panel" onSubmit={save}>
				<p class="tl-panel-title truncate">
					<span class="soft">{plan.name(task)}</span> {task.title}
				</p>
				<DateField label={timeline.start} value={start_on} onPick={setStart} />
				<DateField
					label={timeline.due}
					value={due_on}
					onPick={setDue}
					error={wrong ? timeline.dueBeforeStart : undefined}
				/>
				<div class="tl-panel-foot">
					<Button type="submit" tone="primary" disabled={wrong}>
						{common.save}
					</Button>
				</div>
			</form>
		</Popover>
	);
}
