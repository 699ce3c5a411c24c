import type { Task } from "../../../lib/api/types";
import type { Plan } from "../model";
import { settings } from "../settings";

/** Stylesheet names of the column colours, in turn; done columns are green whatever their place. */
const turns = 6;

export interface Hue {
	/** Names a colour of the stylesheet: `column-2`, `none`. */
	name: string;
	/** A label's own colour. */
	colour?: string;
}

/** A bar's colour by what the reader chose. */
export function hueOf(plan: Plan, task: Task): Hue {
	const { tables } = plan.store;
	switch (settings.coloured.value) {
		case "column": {
			const column = tables.columns.get(task.column_id);
			if (column?.kind === "done") return { name: "done" };
			if (column?.kind === "backlog") return { name: "none" };
			const place = plan.columns.value
				.filter((c) => c.kind === "active")
				.findIndex((c) => c.id === column?.id);
			return { name: `column-${Math.max(0, place) % turns}` };
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
