// What opens over the board: downloaded when the page is idle, or when it is first opened.
import { columnCommands } from "../../domain/column/commands-later";
import { BulkBar } from "../../domain/selection/later";
import { taskCommands } from "../../domain/task/commands-later";
import { onDemand } from "../../platform/on-demand";
import { lazy, whenIdle } from "../../ui/lazy";
import { QuickWaiting } from "./quick-draft";
import { TitleWaiting } from "./title-waiting";

export const CardPanels = lazy(() => import("./card-panels").then((m) => m.CardPanels), null);
export const Dialogs = lazy(() => import("./board-dialogs").then((m) => m.Dialogs), null);
export const DisplayPanel = lazy(() => import("./display-panel").then((m) => m.DisplayPanel), null);
export const NewBoard = lazy(() => import("./new-board").then((m) => m.NewBoard), null);
const quickPut = onDemand(() => import("./quick-put"));
export const QuickForm = lazy(
	() => import("./quick-form").then((m) => m.QuickForm),
	(props, failure) => (
		<QuickWaiting {...props} onEnter={() => quickPut.use(({ addEntered }) => addEntered())}>
			{failure}
		</QuickWaiting>
	),
);

const titleField = onDemand(() => import("./title-field"));
export const TitleField = lazy(
	() => import("./title-field").then((m) => m.TitleField),
	(props, failure) => (
		<TitleWaiting
			{...props}
			onEnd={(isPutAside) => titleField.use(({ endTyping }) => endTyping(props, isPutAside))}
		>
			{failure}
		</TitleWaiting>
	),
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
	Dialogs,
	DisplayPanel,
];

/** What a person may open at any moment is there before the connection may be lost. */
export function preloadLater(): void {
	whenIdle(() => {
		for (const part of soon) part.preload();
	});
}
