import type { User } from "boardcast";
import { useMemo, useRef } from "preact/hooks";
import { BulkBar } from "../../domain/selection/later";
import type { ProjectStore } from "../../live/store/project";
import { narrow } from "../../platform/narrow";
import { useCalendarActions } from "./actions";
import { calendar } from "./messages";
import { CalendarModel } from "./model";
import { trayOpen } from "./settings";
import { DragCard } from "./view/drag-card";
import { Grid } from "./view/grid";
import { KeptFocus } from "./view/kept-focus";
import { Panels } from "./view/panels";
import { Phone } from "./view/phone";
import { Toolbar } from "./view/toolbar";
import { Tray } from "./view/tray";
import "./calendar.css";

interface Props {
	/** Loaded and live. */
	store: ProjectStore;
	user: User;
	/** Number of the task whose dialog is open over the calendar. */
	task: number | undefined;
}

/** The tasks of a project on their days. */
export function Calendar({ store, user }: Props) {
	const model = useMemo(() => new CalendarModel(store, user), [store, user]);
	const root = useRef<HTMLDivElement>(null);
	useCalendarActions(model);
	return (
		<div ref={root} class="cal">
			<Toolbar model={model} />
			<p id="cal-keys" class="visually-hidden">
				{model.editable.value ? calendar.keys : calendar.readOnly}
			</p>
			{narrow.value ? (
				<Phone model={model} />
			) : (
				<div class="cal-main">
					<Grid model={model} />
					{trayOpen.value && <Tray model={model} />}
				</div>
			)}
			<Panels model={model} />
			{model.selection.size > 0 && (
				<BulkBar
					store={store}
					selection={model.selection}
					rights={model.rights.value}
					idle={() => model.dragged.peek() === null}
				/>
			)}
			<DragCard model={model} />
			<KeptFocus model={model} />
		</div>
	);
}
