import type { Column } from "boardcast";
import { Ellipsis } from "lucide-preact";
import { columnActions } from "../../domain/column/actions";
import { columnHue } from "../../domain/column/hue";
import { column as columnWords } from "../../domain/column/messages";
import { type Action, inGroups } from "../../platform/actions";
import { IconButton } from "../../ui/button";
import { Menu } from "../../ui/menu";
import { board as words } from "./messages";
import type { BoardModel } from "./model";

interface Props {
	column: Column;
	board: BoardModel;
	dragRef: { current: HTMLElement | null };
}

export function ColumnHead({ column, board, dragRef }: Props) {
	return (
		<header class="column-head" ref={dragRef}>
			<span
				class="column-kind"
				data-kind={column.kind}
				data-colour={columnHue(column, board.columns.value)}
				aria-hidden="true"
			/>
			<h2 class="truncate" dir="auto" title={column.name}>
				{column.name}
			</h2>
			<span class="visually-hidden">{columnWords.kinds[column.kind]}</span>
			<Count column={column} board={board} />
			<Menu
				label={columnWords.columnMenu(column.name)}
				actions={menu(column, board)}
				trigger={(props) => (
					<IconButton icon={Ellipsis} label={columnWords.columnMenu(column.name)} {...props} />
				)}
			/>
		</header>
	);
}

/**
 * The number of cards, and the limit; under a filter also how many of them it shows. Colour, text and tooltip say that the
 * column is full.
 */
function Count({ column, board }: Omit<Props, "dragRef">) {
	const count = board.store.tasksByColumn.of(column.id).length;
	const limit = column.wip_limit;
	const full = limit !== null && count >= limit;
	const filtered = board.filter.isSet ? board.shown(column.id).length : undefined;
	const said = [
		filtered !== undefined && words.shownOf(filtered, count),
		limit !== null ? words.ofLimit(count, limit) : filtered === undefined && words.count(count),
		full && words.over,
	].filter((part) => part !== false);
	const text = said.length > 1 ? `${said.join(". ")}.` : said.join();
	// Two numbers are read at a glance, three are not: the limit is in the tooltip then.
	const shown =
		filtered !== undefined
			? words.someOf(filtered, count)
			: limit === null
				? count
				: words.countOfLimit(count, limit);
	return (
		<span class="column-count" data-full={full || undefined} title={text}>
			<span aria-hidden="true">{shown}</span>
			<span class="visually-hidden">{text}</span>
		</span>
	);
}

function menu(column: Column, board: BoardModel): Action[][] {
	const actions = columnActions({
		...board.columnContext,
		current: () => board.store.tables.columns.peek(column.id),
	});
	const fold = {
		id: "column.fold",
		label: () => words.fold,
		group: () => words.group,
		run: () => board.display.fold("columns", column.id),
	};
	const manage = [["column.edit"], ["column.move_left", "column.move_right"], ["column.delete"]];
	return [[fold], ...(board.rights.value.manage ? inGroups(actions, manage) : [])];
}
