import type { User } from "../../lib/api/types";
import { board } from "../../lib/messages/board";
import { byPosition } from "../../lib/store/position";
import type { ProjectStore } from "../../lib/store/project";

interface Props {
	/** Loaded and live. */
	store: ProjectStore;
	user: User;
	/** Number of the task whose dialog is open over the board. */
	task: number | undefined;
}

export function Board({ store }: Props) {
	const columns = store.tables.columns.all().sort(byPosition);
	if (columns.length === 0) return <p class="page soft">{board.empty}</p>;
	return (
		<ul class="page">
			{columns.map((column) => (
				<li key={column.id}>
					{column.name}: {board.tasks(store.tasksByColumn.of(column.id).length)}
				</li>
			))}
		</ul>
	);
}
