import type { User } from "boardcast";
import { Rows3 } from "lucide-preact";
import { useEffect, useMemo } from "preact/hooks";
import { filters } from "../../domain/filter/messages";
import { BulkBar } from "../../domain/selection/later";
import type { ProjectStore } from "../../live/store/project";
import { perform } from "../../platform/actions";
import { Button } from "../../ui/button";
import { Empty } from "../../ui/empty";
import { useTableActions } from "./actions";
import { Grid } from "./grid";
import { table as words } from "./messages";
import { TableModel } from "./model";
import { Panels } from "./panels";
import { prepareTitles } from "./sort";
import { Toolbar } from "./toolbar";
import "./table.css";

interface Props {
	/** Loaded and live. */
	store: ProjectStore;
	user: User;
}

/** The tasks of a project as rows, whose cells are edited in their place. */
export function Table({ store, user }: Props) {
	const model = useMemo(() => new TableModel(store, user), [store, user]);
	return <View key={store.id} model={model} />;
}

function View({ model }: { model: TableModel }) {
	useTableActions(model);
	useEffect(() => prepareTitles(model.store), [model]);
	const isEmpty = model.store.tables.tasks.size === 0;
	return (
		<div class="table">
			<Toolbar model={model} />
			<p id="table-keys" class="visually-hidden">
				{words.keys}
			</p>
			<div role="status" class="board-none">
				{!isEmpty && model.rows.value.length === 0 && (
					<>
						<p>{filters.nothingMatches}</p>
						<Button onClick={() => perform("filter.clear")}>{filters.clear}</Button>
					</>
				)}
			</div>
			{isEmpty ? (
				<Empty
					icon={Rows3}
					title={words.empty}
					action={<Button onClick={() => perform("go.board")}>{words.toBoard}</Button>}
				>
					{words.emptyHint}
				</Empty>
			) : (
				<Grid model={model} />
			)}
			<Panels model={model} />
			{model.selection.size > 0 && (
				<BulkBar
					store={model.store}
					selection={model.selection}
					rights={model.rights.value}
					idle={() => model.editing.peek() === undefined}
				/>
			)}
		</div>
	);
}
