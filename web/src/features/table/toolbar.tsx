import { Columns3, Group, RotateCcw } from "lucide-preact";
import { useRef, useState } from "preact/hooks";
import { FilterBar } from "../../domain/filter/filter-bar";
import { FilterButton } from "../../domain/filter/filter-button";
import { narrow } from "../../platform/narrow";
import { Button, IconButton } from "../../ui/button";
import { Combobox } from "../../ui/combobox";
import { cx } from "../../ui/cx";
import { Menu } from "../../ui/menu";
import { Popover } from "../../ui/popover";
import { groupActions } from "./actions";
import { type ColumnId, columnIds, fixed } from "./columns";
import { table as words } from "./messages";
import type { TableModel } from "./model";

/** The filter, what the rows are grouped by, and which columns there are. */
export function Toolbar({ model }: { model: TableModel }) {
	const tools = (
		<span class="table-tools">
			<Grouping model={model} />
			<ColumnChoice model={model} />
		</span>
	);
	return narrow.value ? (
		<div class="board-phone">
			<FilterButton filter={model.filter} count={() => model.order().length} />
			{tools}
		</div>
	) : (
		<FilterBar filter={model.filter}>{tools}</FilterBar>
	);
}

function Grouping({ model }: { model: TableModel }) {
	const by = model.group.value;
	return (
		<Menu
			label={words.grouping}
			actions={[groupActions(model)]}
			trigger={(props) => (
				<Button
					tone="ghost"
					class={cx("bar-toggle", by !== "none" && "bar-on")}
					icon={Group}
					title={words.grouping}
					{...props}
				>
					{by === "none" ? (
						<span class="table-word">{words.grouping}</span>
					) : (
						<>
							<span class="table-word">{words.groupedAs}</span> {words.groupNames[by]}
						</>
					)}
				</Button>
			)}
		/>
	);
}

function ColumnChoice({ model }: { model: TableModel }) {
	const [open, setOpen] = useState(false);
	const anchor = useRef<HTMLButtonElement | null>(null);
	return (
		<>
			<Button
				tone="ghost"
				class="bar-toggle"
				icon={Columns3}
				title={words.chooseColumns}
				aria-haspopup="dialog"
				aria-expanded={open}
				buttonRef={(element) => {
					anchor.current = element;
				}}
				onClick={() => setOpen(!open)}
			>
				<span class="table-word">{words.chooseColumns}</span>
			</Button>
			<IconButton
				icon={RotateCcw}
				label={words.resetColumns}
				class="table-reset"
				onClick={() => model.settings.reset()}
			/>
			{open && (
				<Popover label={words.chooseColumnsHint} anchor={() => anchor.current} onClose={() => setOpen(false)}>
					<Combobox
						label={words.chooseColumnsHint}
						picked={model.settings.shown}
						choices={columnIds
							.filter((id) => !fixed.includes(id))
							.map((id) => ({ id, label: words.columns[id] }))}
						onToggle={(id) => model.settings.toggle(id as ColumnId)}
					/>
				</Popover>
			)}
		</>
	);
}
