import type { Task } from "boardcast";
import { columnHue } from "../../../domain/column/hue";
import type { Plan } from "../model";
import { settings } from "../settings";

interface Hue {
	/** Names a colour of the stylesheet: `column-2`, `none`. */
	name: string;
	/** The colour of a label, or the id of a person. */
	colour?: string;
}

/** The colour of a bar, by the chosen setting. */
export function hueOf(plan: Plan, task: Task): Hue {
	const { tables } = plan.store;
	switch (settings.coloured.value) {
		case "column": {
			const column = tables.columns.get(task.column_id);
			return { name: column ? columnHue(column, plan.columns.value) : "none" };
		}
		case "label": {
			const label = task.label_ids[0] && tables.labels.get(task.label_ids[0]);
			return label ? { name: "label", colour: label.colour } : { name: "none" };
		}
		case "assignee": {
			const [first] = task.assignee_ids;
			return first ? { name: "face", colour: first } : { name: "none" };
		}
	}
}
