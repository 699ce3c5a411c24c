import { DeleteTask } from "../../../domain/task/delete-task";
import { TaskPicker } from "../../../domain/task/picker";
import type { Plan } from "../model";
import { BarMenu } from "./bar-menu";
import { DatesPanel } from "./dates-panel";
import { LinkPanel } from "./link-panel";
import { MilestonePanel } from "./milestone-panel";
import { OtherPanel } from "./other-panel";

/** The open panel, at most one. */
export function Panels({ plan }: { plan: Plan }) {
	const panel = plan.panel.value;
	if (!panel) return null;
	const anchor = () => panel.at;
	const onClose = () => {
		// A menu item may have opened another panel meanwhile.
		if (plan.panel.peek() === panel) plan.panel.value = null;
	};
	const { tasks, milestones, dependencies } = plan.store.tables;
	if (panel.kind === "new milestone") {
		return <MilestonePanel plan={plan} first={panel.day} anchor={anchor} onClose={onClose} />;
	}
	const props = { plan, anchor, onClose, key: `${panel.kind} ${panel.id}` };
	if (panel.kind === "link") {
		const dependency = dependencies.get(panel.id);
		return dependency ? <LinkPanel {...props} dependency={dependency} /> : null;
	}
	if (panel.kind === "milestone") {
		const milestone = milestones.get(panel.id);
		return milestone ? <MilestonePanel {...props} milestone={milestone} /> : null;
	}
	const task = tasks.get(panel.id);
	if (!task) return null;
	if (panel.kind === "menu") return <BarMenu {...props} task={task} at={panel.at} />;
	if (panel.kind === "delete") return <DeleteTask store={plan.store} task={task} onClose={onClose} />;
	if (panel.kind === "picker") {
		const { manage } = plan.rights.value;
		const { picker } = panel;
		return (
			<TaskPicker
				key={props.key}
				store={plan.store}
				id={task.id}
				kind={picker}
				anchor={anchor}
				onClose={onClose}
				manage={manage}
			/>
		);
	}
	if (panel.kind === "dates") return <DatesPanel {...props} task={task} />;
	return <OtherPanel {...props} task={task} />;
}
