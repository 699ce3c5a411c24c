import type { Task } from "boardcast";
import { linkTasks, unlinkTasks } from "../../../domain/dependency/commands";
import { Combobox } from "../../../ui/combobox";
import { Popover } from "../../../ui/popover";
import { timeline } from "../messages";
import type { PanelProps } from "./panel-props";

/** Chooses the task to wait for, from a list: a dependency without drawing it. */
export function OtherPanel({ plan, task, anchor, onClose }: PanelProps & { task: Task }) {
	const question = timeline.chooseOther(plan.name(task));
	const links = plan.links.value.filter((known) => known.task_id === task.id);
	const choices = plan.tasks.value
		.filter((other) => other.id !== task.id)
		.sort((a, b) => a.number - b.number)
		.map((other) => ({ id: other.id, label: `${plan.name(other)} ${other.title}` }));
	const toggle = (id: string) => {
		const known = links.find((dependency) => dependency.depends_on_id === id);
		const other = plan.store.tables.tasks.peek(id);
		if (known) unlinkTasks(plan.store, known);
		else if (other) linkTasks(plan.store, task, other);
	};
	return (
		<Popover label={question} anchor={anchor} onClose={onClose} wide>
			<p class="tl-panel-title tl-panel-question">{question}</p>
			<Combobox
				label={question}
				choices={choices}
				picked={links.map((known) => known.depends_on_id)}
				onToggle={toggle}
			/>
		</Popover>
	);
}
