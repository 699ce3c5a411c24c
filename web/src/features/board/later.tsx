// What opens over the board: downloaded when the page is idle, or when it is first opened.
import { columnCommands } from "../../domain/column/commands-later";
import { BulkBar } from "../../domain/selection/later";
import { taskCommands } from "../../domain/task/commands-later";
import { onDemand } from "../../platform/on-demand";
import { lazy, whenIdle } from "../../ui/lazy";
import { QuickWaiting } from "./quick-draft";
import { TitleWaiting } from "./title-waiting";

export const Archive = lazy(() => import("./archive").then((m) => m.Archive), null);
export const Trash = lazy(() => import("./trash").then((m) => m.Trash), null);
export const CardPanels = lazy(() => import("./card-panels").then((m) => m.CardPanels), null);
export const ColumnDialog = lazy(() => import("./column-dialog").then((m) => m.ColumnDialog), null);
export const DeleteColumn = lazy(() => import("./delete-column").then((m) => m.DeleteColumn), null);
export const DisplayPanel = lazy(() => import("./display-panel").then((m) => m.DisplayPanel), null);
export const QuickForm = lazy(
	() => import("./quick-form").then((m) => m.QuickForm),
	({ column }, failure) => <QuickWaiting column={column}>{failure}</QuickWaiting>,
);

export const TitleField = lazy(
	() => import("./title-field").then((m) => m.TitleField),
	(props, failure) => <TitleWaiting {...props}>{failure}</TitleWaiting>,
);
/** A mouse selects with it: nothing waits for it. */
export const lasso = onDemand(() => import("./lasso"));
export const quiet = onDemand(() => import("./quiet"));
export const moving = onDemand(() => import("./moving"));

const soon = [
	taskCommands,
	columnCommands,
	moving,
	quiet,
	BulkBar,
	TitleField,
	QuickForm,
	CardPanels,
	ColumnDialog,
	DeleteColumn,
	Archive,
	Trash,
	DisplayPanel,
];

/** What a person may open at any moment is there before the connection may be lost. */
export function preloadLater(): void {
	whenIdle(() => {
		for (const part of soon) part.preload();
	});
}
