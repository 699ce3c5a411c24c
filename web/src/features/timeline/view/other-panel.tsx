import { Combobox } from "../../../components/combobox";
import { Popover } from "../../../components/popover";
import type { Task } from "../../../lib/api/types";
import { timeline } from "../../../lib/messages/timeline";
import { link, unlink } from "../edit/dependencies";
import type { PanelProps } from "./panels";

/** Choose what a task waits for: the way to a dependency without drawing it. */
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
		if (known) unlink(plan, known);
		else if (other) link(plan, task, other);
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
