import { Problem, type Task } from "boardcast";
import { Plus, Tags } from "lucide-preact";
import { useState } from "preact/hooks";
import type { ProjectStore } from "../../live/store/project";
import { explain } from "../../platform/i18n/errors";
import { folded } from "../../platform/text";
import { toast } from "../../platform/toasts";
import { Button } from "../../ui/button";
import { Dot } from "../../ui/chip";
import { Combobox } from "../../ui/combobox";
import { setLabelled } from "../task/commands";
import { nextColour } from "./colour";
import { createLabel } from "./commands";
import { label as words } from "./messages";

interface Props {
	store: ProjectStore;
	task: Task;
	/** Opens the dialog of all labels; undefined when the user may not change labels. */
	onManage: (() => void) | undefined;
}

/** Toggles the labels of a task. Managers can also create the label that they typed, or open the dialog of all labels. */
export function LabelPicker({ store, task, onManage }: Props) {
	const [text, setText] = useState("");
	const labels = store.tables.labels.all().sort((a, b) => a.name.localeCompare(b.name));
	const name = text.trim();
	const unknown = name !== "" && !labels.some((label) => folded(label.name) === folded(name));
	const add = async () => {
		const colour = nextColour(labels.length);
		try {
			const label = await createLabel(store, name, colour);
			setLabelled(store, task, label.id, true);
		} catch (error) {
			const detail = error instanceof Problem ? explain(error) : "";
			toast({ tone: "danger", text: words.couldNotChangeLabel(name), detail });
		}
	};
	return (
		<>
			<Combobox
				label={words.pickLabels}
				placeholder={words.findLabel}
				picked={task.label_ids}
				choices={labels.map(({ id, name, colour }) => ({
					id,
					label: name,
					picture: <Dot colour={colour} />,
				}))}
				onText={setText}
				onToggle={(label) => setLabelled(store, task, label, !task.label_ids.includes(label))}
			/>
			{onManage && (
				<div class="picker-foot">
					{unknown && (
						<Button tone="ghost" icon={Plus} onClick={() => void add()}>
							{words.createLabel(name)}
						</Button>
					)}
					<Button tone="ghost" icon={Tags} onClick={onManage}>
						{words.manageLabels}
					</Button>
				</div>
			)}
		</>
	);
}
