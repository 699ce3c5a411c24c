import type { User } from "boardcast";
import { CalendarRange } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import { FilterBar } from "../../domain/filter/filter-bar";
import { filters } from "../../domain/filter/messages";
import { BulkBar } from "../../domain/selection/later";
import type { ProjectStore } from "../../live/store/project";
import { narrow } from "../../platform/narrow";
import { Button } from "../../ui/button";
import { Empty } from "../../ui/empty";
import { useTimelineActions } from "./actions";
import { focusBar } from "./gestures/keys";
import { timeline } from "./messages";
import { Plan } from "./model";
import { settings } from "./settings";
import { DraggedTaskCard } from "./view/dragged-task";
import { Drawer } from "./view/drawer";
import { Gutter } from "./view/gutter";
import { Head } from "./view/head";
import { KeptFocus } from "./view/kept-focus";
import { useReturn } from "./view/page-events";
import { Panels } from "./view/panels";
import { Plot } from "./view/plot";
import { useScroll } from "./view/scroll";
import { PlanTable } from "./view/table";
import { Tip } from "./view/tip";
import { Toolbar } from "./view/toolbar";
import { useViewport } from "./view/viewport";
import "./timeline.css";

interface Props {
	/** Loaded and live. */
	store: ProjectStore;
	user: User;
	/** Number of the task whose dialog is open over the timeline. */
	task: number | undefined;
}

export function Timeline({ store, user, task }: Props) {
	const [plan, setPlan] = useState(() => new Plan(store, user));
	useEffect(() => {
		if (plan.store !== store) setPlan(new Plan(store, user));
	}, [store]);
	return <View key={plan.store.id} plan={plan} dialog={task !== undefined} />;
}

function View({ plan, dialog }: { plan: Plan; dialog: boolean }) {
	const { scroller, viewport, measure } = useViewport(plan);
	const { zoomTo, toToday } = useScroll(plan, scroller);
	useTimelineActions(plan, zoomTo, toToday);
	useReturn(plan, scroller, dialog);
	const empty = plan.rows.value.length === 0;
	return (
		<div class="tl" data-zoom={plan.zoom.value}>
			{!narrow.value && <FilterBar filter={plan.filter} />}
			<Toolbar plan={plan} />
			<p id="tl-keys" class="visually-hidden">
				{plan.editable.value ? timeline.keys : timeline.readOnly}
			</p>
			<div ref={scroller} class="tl-scroll" onScroll={measure}>
				<Head plan={plan} viewport={viewport} scroller={scroller} />
				<div class="tl-sheet">
					<Gutter plan={plan} viewport={viewport} scroller={scroller} />
					<Plot plan={plan} viewport={viewport} scroller={scroller} />
				</div>
				{empty && (plan.filter.isSet ? <NothingMatches plan={plan} /> : <Nothing plan={plan} />)}
			</div>
			{settings.table.value && <PlanTable plan={plan} />}
			<Drawer plan={plan} scroller={scroller} />
			<Panels plan={plan} />
			{plan.selection.size > 0 && (
				<BulkBar
					store={plan.store}
					selection={plan.selection}
					rights={plan.rights.value}
					idle={() => plan.dragged.peek() === null}
					extend={(by) => extendSelection(plan, by, scroller.current)}
				/>
			)}
			<Tip plan={plan} />
			<DraggedTaskCard plan={plan} />
			<KeptFocus plan={plan} scroller={scroller} />
		</div>
	);
}

/** The bar above or below the one that has the focus is selected too. */
function extendSelection(plan: Plan, by: 1 | -1, scroller: HTMLElement | null): void {
	const bars = [...plan.rowOf.peek().keys()];
	const next = bars[bars.indexOf(plan.stop.peek() ?? "") + by];
	if (next === undefined) return;
	focusBar(plan, next, scroller);
	plan.selection.extendTo(next);
}

function NothingMatches({ plan }: { plan: Plan }) {
	if (!plan.filter.isReady) return null;
	return (
		<div class="tl-nothing" role="status">
			<Empty
				icon={CalendarRange}
				title={filters.nothingMatches}
				action={<Button onClick={() => plan.filter.clear()}>{filters.clear}</Button>}
			/>
		</div>
	);
}

function Nothing({ plan }: { plan: Plan }) {
	const waiting = plan.unscheduled.value.length;
	return (
		<div class="tl-nothing">
			<Empty
				icon={CalendarRange}
				title={timeline.empty}
				action={
					waiting > 0 &&
					!settings.unscheduled.value && (
						<Button
							onClick={() => {
								settings.unscheduled.value = true;
							}}
						>
							{timeline.emptyAction(waiting)}
						</Button>
					)
				}
			>
				{timeline.emptyHint}
			</Empty>
		</div>
	);
}
