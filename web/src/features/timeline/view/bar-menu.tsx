import type { Task } from "boardcast";
import { inGroups, isEnabled } from "../../../platform/actions";
import { MenuList } from "../../../ui/menu-list";
import { barActions, barGroups, dependencyActions } from "../actions";
import type { PanelProps } from "./panel-props";

/** The menu of a bar, by right-click, long press or the menu key: everything that a mouse can do with it and its arrows. */
export function BarMenu({
	plan,
	task,
	at,
	anchor,
	onClose,
}: PanelProps & { task: Task; at: Element | DOMRect }) {
	const actions = barActions(
		plan,
		() => plan.store.tables.tasks.peek(task.id),
		() => at,
	).filter(isEnabled);
	const links = dependencyActions(plan, task, at).filter(isEnabled);
	const [open = [], ...others] = inGroups(actions, barGroups);
	const dependencies = [...actions.filter(({ id }) => id === "dependency.create"), ...links];
	return (
		<MenuList
			label={plan.name(task)}
			actions={[open, ...others.slice(0, 1), dependencies, ...others.slice(1)].filter(
				({ length }) => length > 0,
			)}
			header={
				<p class="truncate">
					<span class="soft">{plan.name(task)}</span> <bdi>{task.title}</bdi>
				</p>
			}
			anchor={anchor}
			onClose={onClose}
		/>
	);
}
