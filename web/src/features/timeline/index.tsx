import { CalendarRange } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import { Button } from "../../components/button";
import { Empty } from "../../components/empty";
import type { User } from "../../lib/api/types";
import { timeline } from "../../lib/messages/timeline";
import type { ProjectStore } from "../../lib/store/project";
import { useActions } from "./actions";
import { Plan } from "./model";
import { settings } from "./settings";
import { Carried } from "./view/carried";
import { Drawer } from "./view/drawer";
import { Gutter } from "./view/gutter";
import { Head } from "./view/head";
import { Panels } from "./view/panels";
import { Plot } from "./view/plot";
import { useScroll } from "./view/scroll";
import { PlanTable } from "./view/table";
import { Tip } from "./view/tip";
import { Toolbar } from "./view/toolbar";
import { useClock, usePrinting, useReturn } from "./view/upkeep";
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
	const { scroller, viewport, look } = useViewport(plan);
	const { zoomTo, toToday } = useScroll(plan, scroller);
	useActions(plan, zoomTo, toToday);
	useClock(plan);
	usePrinting(plan);
	useReturn(plan, scroller, dialog);
	const empty = plan.rows.value.length === 0;
	return (
		<div class="tl" data-zoom={plan.zoom.value}>
			<Toolbar plan={plan} />
			<p id="tl-keys" class="quiet">
				{plan.editable.value ? timeline.keys : timeline.readOnly}
			</p>
			<div ref={scroller} class="tl-scroll" onScroll={look}>
				<Head plan={plan} viewport={viewport} scroller={scroller} />
				<div class="tl-sheet">
					<Gutter plan={plan} viewport={viewport} />
					<Plot plan={plan} viewport={viewport} scroller={scroller} />
				</div>
				{empty && <Nothing plan={plan} />}
			</div>
			{settings.table.value && <PlanTable plan={plan} />}
			<Drawer plan={plan} scroller={scroller} />
			<Panels plan={plan} />
			<Tip plan={plan} />
			<Carried plan={plan} />
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
