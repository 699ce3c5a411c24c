import { Trash2 } from "lucide-preact";
import { useState } from "preact/hooks";
import { Button } from "../../../components/button";
import { Checkbox, DateField, TextField } from "../../../components/field";
import { Popover } from "../../../components/popover";
import type { Day, Milestone } from "../../../lib/api/types";
import { common } from "../../../lib/messages/common";
import { day } from "../../../lib/messages/dates";
import { timeline } from "../../../lib/messages/timeline";
import { change, create, remove } from "../edit/milestones";
import { dayOf } from "../plan/days";
import type { PanelProps } from "./panels";

type Props = PanelProps & { milestone?: Milestone; first?: number };

/** A milestone's name, day, and whether it is reached; or a new one. */
export function MilestonePanel({ plan, milestone, first, anchor, onClose }: Props) {
	const [name, setName] = useState(milestone?.name ?? "");
	const [due_on, setDue] = useState<Day | null>(
		milestone ? milestone.due_on : dayOf(first ?? plan.today.peek()),
	);
	const [completed, setCompleted] = useState(milestone !== undefined && milestone.completed_at !== null);
	const [missing, setMissing] = useState(false);
	const editable = plan.editable.value;
	const save = (event: Event) => {
		event.preventDefault();
		const wanted = name.trim();
		setMissing(wanted === "");
		if (wanted === "") return;
		onClose();
		if (!milestone) return create(plan, wanted, due_on);
		const patch = {
			...(wanted !== milestone.name ? { name: wanted } : {}),
			...(due_on !== milestone.due_on ? { due_on } : {}),
			...(completed !== (milestone.completed_at !== null) ? { completed } : {}),
		};
		if (Object.keys(patch).length > 0) change(plan, milestone, patch);
	};
	const label = milestone ? timeline.milestone : timeline.newMilestone;
	return (
		<Popover label={label} anchor={anchor} onClose={onClose}>
			{editable ? (
				<form class="tl-panel" onSubmit={save}>
					<TextField
						label={timeline.milestoneName}
						value={name}
						onText={setName}
						maxLength={200}
						error={missing ? timeline.needName : undefined}
					/>
					<DateField label={timeline.milestoneDate} value={due_on} onPick={setDue} />
					{milestone && (
						<>
							<Checkbox label={timeline.milestoneDone} checked={completed} onPick={setCompleted} />
							<Progress plan={plan} id={milestone.id} />
						</>
					)}
					<div class="tl-panel-foot">
						{milestone && (
							<Delete
								onDelete={() => {
									onClose();
									remove(plan, milestone);
								}}
							/>
						)}
						<Button type="submit" tone="primary">
							{milestone ? common.save : timeline.create}
						</Button>
					</div>
				</form>
			) : (
				<div class="tl-panel">
					<p class="tl-panel-title">{milestone?.name}</p>
					<p class="soft">{milestone?.due_on ? day(milestone.due_on) : timeline.withoutDate}</p>
					{milestone && <Progress plan={plan} id={milestone.id} />}
				</div>
			)}
		</Popover>
	);
}

function Progress({ plan, id }: { plan: PanelProps["plan"]; id: string }) {
	const tasks = plan.tasks.value.filter((task) => task.milestone_id === id);
	if (tasks.length === 0) return null;
	const done = tasks.filter((task) => task.completed_at !== null).length;
	return (
		<div class="tl-milestone-progress soft">
			<progress max={tasks.length} value={done} aria-label={timeline.milestone} />
			{timeline.milestoneProgress(done, tasks.length)}
		</div>
	);
}

/** Asks once more: it takes the milestone off everybody's tasks, and there is no undo. */
function Delete({ onDelete }: { onDelete: () => void }) {
	const [sure, setSure] = useState(false);
	return (
		<Button tone="danger" icon={Trash2} onClick={() => (sure ? onDelete() : setSure(true))}>
			{sure ? timeline.reallyDelete : timeline.deleteMilestone}
		</Button>
	);
}
