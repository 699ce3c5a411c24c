import { useComputed } from "@preact/signals";
import { pad, widthOf } from "../draw/label";
import { type Tick, ticks } from "../draw/scale";
import { timeline } from "../messages";
import type { Plan } from "../model";
import { Activity } from "./activity";
import { Lane } from "./lane";
import { todayAt } from "./plot";
import type { Scroller, Viewport } from "./viewport";

/** The names are larger and bolder than the titles of bars, which are measured. */
const heavier = 1.15;

interface Props {
	plan: Plan;
	viewport: Viewport;
	scroller: Scroller;
}

/** Two lines of dates and the lane of milestones. It stays in place while the rows scroll. */
export function Head({ plan, viewport, scroller }: Props) {
	const range = plan.range.value;
	const width = (range.to - range.from) * plan.px.value;
	return (
		<div class="tl-head">
			<div class="tl-corner">
				<Activity plan={plan} />
				<span>{timeline.columns.task}</span>
				<span class="soft">{plan.rowOf.value.size}</span>
			</div>
			<div class="tl-scale" style={{ width: `${width}px` }}>
				<div aria-hidden="true">
					<Tier plan={plan} viewport={viewport} which="upper" />
					<Tier plan={plan} viewport={viewport} which="lower" />
					<span class="tl-today-mark" style={{ left: `${todayAt(plan)}px` }} />
				</div>
				<Lane plan={plan} scroller={scroller} />
			</div>
		</div>
	);
}

function Tier({ plan, viewport, which }: Omit<Props, "scroller"> & { which: "upper" | "lower" }) {
	const { from, to } = plan.range.value;
	const px = plan.px.value;
	const whole = (to - from) * px;
	const seen = plan.printing.value ? { from: 0, to: whole } : viewport.x.value;
	const start = from + Math.floor(Math.max(0, seen.from) / px);
	const end = from + Math.ceil(Math.min(whole, seen.to) / px);
	const today = plan.today.value;
	return (
		<div class={`tl-tier tl-tier-${which}`}>
			{ticks(plan.zoom.value, which, start, end).map((tick) => (
				<span
					key={tick.from}
					class="tl-tick"
					data-today={(which === "lower" && holds(tick, today)) || undefined}
					style={{ left: `${plan.x(tick.from)}px`, width: `${(tick.to - tick.from) * px}px` }}
				>
					{which === "upper" ? <Name tick={tick} plan={plan} /> : <span>{tick.label}</span>}
				</span>
			))}
		</div>
	);
}

/** As much of a name as has room in what is in sight of its month: a cut name would be another one. */
function Name({ tick, plan }: { tick: Tick; plan: Plan }) {
	const name = useComputed(() => {
		const begin = plan.x(tick.from);
		const hidden = plan.printing.value ? 0 : Math.max(0, plan.sight.value.left - begin);
		const room = plan.x(tick.to) - begin - hidden - 2 * pad;
		return [tick.label, tick.short].find((text) => widthOf(text) * heavier <= room) ?? "";
	}).value;
	return <span>{name}</span>;
}

const holds = (tick: Tick, day: number) => tick.from <= day && day < tick.to;
