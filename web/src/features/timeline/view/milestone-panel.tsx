import { type Day, limits, type Milestone } from "boardcast";
import { Trash2 } from "lucide-preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { createMilestone, deleteMilestone, patchMilestone } from "../../../domain/milestone/commands";
import { dayOf } from "../../../platform/days";
import { common } from "../../../platform/i18n/common";
import { day } from "../../../platform/i18n/dates";
import { shortened } from "../../../platform/text";
import { toast } from "../../../platform/toasts";
import { Button } from "../../../ui/button";
import { DayField } from "../../../ui/day-field";
import { Checkbox, TextField } from "../../../ui/field";
import { Form } from "../../../ui/form";
import { Popover } from "../../../ui/popover";
import { timeline } from "../messages";
import type { PanelProps } from "./panel-props";

type Props = PanelProps & { milestone?: Milestone; first?: number };

/** The panel of a milestone: name, date, and whether it is completed. Without one it creates a new milestone. */
export function MilestonePanel({ plan, milestone, first, anchor, onClose }: Props) {
	const [name, setName] = useState(milestone?.name ?? "");
	const [due_on, setDue] = useState<Day | null>(
		milestone ? milestone.due_on : dayOf(first ?? plan.today.peek()),
	);
	const [completed, setCompleted] = useState(milestone !== undefined && milestone.completed_at !== null);
	const [missing, setMissing] = useState(false);
	const editable = plan.editable.value;
	const typed = useAside(plan, milestone, name, due_on);
	const save = () => {
		const wanted = name.trim();
		setMissing(wanted === "");
		if (wanted === "") return;
		typed.saved.current = true;
		onClose();
		if (!milestone) return createMilestone(plan.store, wanted, due_on);
		const patch = {
			...(wanted !== milestone.name ? { name: wanted } : {}),
			...(due_on !== milestone.due_on ? { due_on } : {}),
			...(completed !== (milestone.completed_at !== null) ? { completed } : {}),
		};
		if (Object.keys(patch).length > 0) patchMilestone(plan.store, milestone, patch, typed.base);
	};
	const label = milestone ? timeline.milestone : timeline.newMilestone;
	return (
		<Popover label={label} anchor={anchor} onClose={onClose}>
			{editable ? (
				<Form class="tl-panel" onSubmit={save}>
					<TextField
						label={timeline.milestoneName}
						value={name}
						onText={setName}
						maxLength={limits.NewMilestone.name.maxLength}
						error={missing ? timeline.needName : undefined}
					/>
					<DayField label={timeline.milestoneDate} value={due_on} onPick={setDue} />
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
									typed.saved.current = true;
									onClose();
									deleteMilestone(plan.store, milestone);
								}}
							/>
						)}
						<Button type="submit" tone="primary">
							{milestone ? common.save : timeline.create}
						</Button>
					</div>
				</Form>
			) : (
				<div class="tl-panel">
					<p class="tl-panel-title" dir="auto">
						{milestone?.name}
					</p>
					<p class="soft">{milestone?.due_on ? day(milestone.due_on) : timeline.withoutDate}</p>
					{milestone && <Progress plan={plan} id={milestone.id} />}
				</div>
			)}
		</Popover>
	);
}

/** A name that was typed when the panel is closed without saving: a toast brings it back. */
function useAside(
	plan: PanelProps["plan"],
	milestone: Milestone | undefined,
	name: string,
	due_on: Day | null,
) {
	const saved = useRef(false);
	const latest = useRef({ name, due_on });
	latest.current = { name, due_on };
	const [base] = useState(milestone?.version);
	useEffect(
		() => () => {
			const text = latest.current.name.trim();
			if (saved.current || text === "" || text === milestone?.name) return;
			const save = () =>
				milestone
					? patchMilestone(plan.store, milestone, { name: text }, base)
					: createMilestone(plan.store, text, latest.current.due_on);
			toast({ text: common.putAside(shortened(text)), project: plan.store.id, undo: save });
		},
		[],
	);
	return { saved, base };
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

/** Asks once more, because deleting removes the milestone from all tasks and cannot be undone. */
function Delete({ onDelete }: { onDelete: () => void }) {
	const [sure, setSure] = useState(false);
	return (
		<Button tone="danger" icon={Trash2} onClick={() => (sure ? onDelete() : setSure(true))}>
			{sure ? timeline.reallyDelete : timeline.deleteMilestone}
		</Button>
	);
}
