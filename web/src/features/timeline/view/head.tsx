import { type Tick, ticks } from "../draw/scale";
import { timeline } from "../messages";
import type { Plan } from "../model";
import { Activity } from "./activity";
import { Lane } from "./lane";
import { todayAt } from "./plot";
import type { Scroller, Viewport } from "./viewport";

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
					<span>{tick.label}</span>
				</span>
			))}
		</div>
	);
}

const holds = (tick: Tick, day: number) => tick.from <= day && day < tick.to;
