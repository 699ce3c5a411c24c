import { ExternalLink } from "lucide-preact";
import { itemOf, MenuList } from "../../components/menu";
import { Deletion } from "../../components/task/deletion";
import { TaskPicker } from "../../components/task/picker";
import { findAction, isEnabled } from "../../lib/actions/registry";
import { task as words } from "../../lib/messages/task";
import { go } from "../../lib/router";
import { nameOf } from "../../lib/tasks/names";
import type { BoardModel } from "./model";

const groups = [
	["task.title", "task.complete"],
	["task.move", "task.assign", "task.labels", "task.priority", "task.due"],
	["task.copy_link", "task.archive", "task.delete"],
];

/** The open menu, panel or question of a card: one at a time, outside the cards, so that it outlives their moves. */
export function Questions({ board }: { board: BoardModel }) {
	const question = board.question.value;
	if (!question) return null;
	const { what, id, anchor } = question;
	const task = board.store.tables.tasks.get(id);
	if (!task) return null;
	const close = () => {
		if (board.question.peek() === question) board.question.value = undefined;
	};
	if (what === "menu") {
		const items = groups.map((ids) =>
			ids.flatMap((action) => {
				const found = findAction(action);
				if (!found || !isEnabled(found)) return [];
				const item = itemOf(found);
				// The menu is closed before the action runs; it still means this card.
				return [{ ...item, danger: action === "task.delete", run: () => board.withCard(question, item.run) }];
			}),
		);
		const open = {
			label: words.open,
			icon: ExternalLink,
			shortcut: "Enter",
			run: () => go(board.address(task)),
		};
		return (
			<MenuList
				key={id}
				label={words.menu(nameOf(board.store, task))}
				items={[[open], ...items].filter((group) => group.length > 0)}
				anchor={anchor}
				onClose={close}
			/>
		);
	}
	if (what === "delete") return <Deletion store={board.store} task={task} onClose={close} />;
	if (what === "title") return null;
	return (
		<TaskPicker
			key={`${id} ${what}`}
			store={board.store}
			id={id}
			ask={what}
			anchor={anchor}
			onClose={close}
			manage={board.rights.value.manage}
		/>
	);
}
