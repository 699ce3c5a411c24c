import { Plus, Tags } from "lucide-preact";
import { useState } from "preact/hooks";
import { Problem } from "../../lib/api/problem";
import type { Task } from "../../lib/api/types";
import { explain } from "../../lib/messages/errors";
import { task as words } from "../../lib/messages/task";
import type { ProjectStore } from "../../lib/store/project";
import { setLabelled } from "../../lib/tasks/edits";
import { createLabel } from "../../lib/tasks/labels";
import { toast } from "../../lib/toasts";
import { Button } from "../button";
import { Dot } from "../chip";
import { Combobox } from "../combobox";

interface Props {
	store: ProjectStore;
	task: Task;
	/** Opens all labels of the project; only for those who may change them. */
	onManage: (() => void) | undefined;
}

/** Toggle labels; managers make a new one from what they typed, or open all of them. */
export function LabelPicker({ store, task, onManage }: Props) {
	const [text, setText] = useState("");
	const labels = store.tables.labels.all().sort((a, b) => a.name.localeCompare(b.name));
	const name = text.trim();
	const unknown = name !== "" && !labels.some((label) => label.name.toLowerCase() === name.toLowerCase());
	const add = async () => {
		const colour = words.colours[labels.length % words.colours.length]?.[0] ?? "#6b7280";
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
