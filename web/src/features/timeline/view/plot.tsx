import { useEffect, useRef } from "preact/hooks";
import { timeline } from "../../../lib/messages/timeline";
import { ticks, weekend } from "../draw/scale";
import { useBarHands } from "../hands/bars";
import { measures, type Plan } from "../model";
import { numberOf, weekdayOf } from "../plan/days";
import { group, hidden, list } from "./aria";
import { Arrows } from "./arrows";
import { BarMark } from "./bar";
import type { Scroller, Viewport } from "./viewport";

const { rowHeight } = measures;

interface Props {
	plan: Plan;
	viewport: Viewport;
	scroller: Scroller;
}

/** The drawing itself: as large as the whole plan, filled only where it is looked at. */
export function Plot({ plan, viewport, scroller }: Props) {
	const svg = useRef<SVGSVGElement>(null);
	const hands = useBarHands(plan, scroller);
	useEffect(() => (svg.current ? hands(svg.current) : undefined), []);
	const range = plan.range.value;
	const width = (range.to - range.from) * plan.px.value;
	const height = Math.max(plan.rows.value.length * rowHeight, plan.printing.value ? 0 : plan.height.value);
	return (
		<svg ref={svg} class="tl-plot" width={width} height={height} {...group} aria-label={timeline.chart}>
			<g {...hidden}>
				<Weekends plan={plan} viewport={viewport} height={height} />
				<Lines plan={plan} viewport={viewport} width={width} height={height} />
				<Milestones plan={plan} />
				<line class="tl-today" x1={todayAt(plan)} x2={todayAt(plan)} y1={0} y2="100%" />
			</g>
			<Arrows plan={plan} viewport={viewport} />
			<Bars plan={plan} viewport={viewport} />
			<CordLine plan={plan} />
		</svg>
	);
}

export function todayAt(plan: Plan): number {
	return Math.round(plan.x(plan.today.value) + plan.px.value / 2);
}

function Bars({ plan, viewport }: Omit<Props, "scroller">) {
	const rows = plan.rows.value;
	const { first, last } = plan.printing.value ? { first: 0, last: rows.length } : viewport.rows.value;
	const stop = plan.stop.value;
	let position = 0;
	const all = plan.rowOf.value.size;
	if (all === 0) return null;
	return (
		<g {...list} aria-label={timeline.tasks(all)}>
			{rows.flatMap((row, index) => {
				if (row.kind === "group") return [];
				position += 1;
				// The tab stop is drawn wherever it is, or Tab would skip the plan.
				if ((index < first || index > last) && row.id !== stop) return [];
				return [<BarMark key={row.id} plan={plan} id={row.id} row={index} position={position} all={all} />];
			})}
		</g>
	);
}

/** Free days in sight, as one shape. Too fine to be of use when months are a finger wide. */
function Weekends({ plan, viewport, height }: Omit<Props, "scroller"> & { height: number }) {
	if (plan.zoom.value === "month" || plan.printing.value) return null;
	const px = plan.px.value;
	const { from, to } = plan.range.value;
	const seen = viewport.x.value;
	const last = Math.min(to, from + Math.ceil(seen.to / px));
	let shape = "";
	for (let day = from + Math.max(0, Math.floor(seen.from / px)); day < last; day++) {
		if (weekend.includes(weekdayOf(day))) shape += `M${plan.x(day)} 0h${px}v${height}h${-px}z`;
	}
	return <path class="tl-weekend" d={shape} />;
}

function Lines({
	plan,
	viewport,
	width,
	height,
}: Omit<Props, "scroller"> & { width: number; height: number }) {
	const { from } = plan.range.value;
	const px = plan.px.value;
	const seen = plan.printing.value ? { from: 0, to: width } : viewport.x.value;
	const [start, end] = [from + Math.max(0, seen.from) / px, from + Math.min(width, seen.to) / px];
	const upright = (which: "upper" | "lower") =>
		ticks(plan.zoom.value, which, Math.floor(start), Math.ceil(end))
			.map((tick) => `M${Math.round(plan.x(tick.from)) + 0.5} 0V${height}`)
			.join("");
	const rows = plan.rows.value;
	const last = plan.printing.value ? rows.length : Math.min(rows.length, viewport.rows.value.last);
	const first = plan.printing.value ? 0 : viewport.rows.value.first;
	let flat = "";
	for (let row = first + 1; row <= last; row++) flat += `M0 ${row * rowHeight - 0.5}H${width}`;
	return (
		<>
			{rows
				.slice(first, last)
				.map(
					(row, index) =>
						row.kind === "group" && (
							<rect
								key={row.key}
								class="tl-band"
								y={(first + index) * rowHeight}
								width={width}
								height={rowHeight}
							/>
						),
				)}
			<path class="tl-grid tl-grid-fine" d={flat} />
			<path class="tl-grid tl-grid-fine" d={upright("lower")} />
			<path class="tl-grid" d={upright("upper")} />
		</>
	);
}

function Milestones({ plan }: { plan: Plan }) {
	const held = plan.heldMilestone.value;
	return (
		<>
			{plan.milestones.value.map(({ id, due_on, completed_at }) => {
				const day = held?.id === id ? held.day : due_on && numberOf(due_on);
				if (!day && day !== 0) return null;
				const x = Math.round(plan.x(day) + plan.px.value / 2);
				return (
					<line
						key={id}
						class={completed_at === null ? "tl-upright" : "tl-upright tl-upright-done"}
						x1={x}
						x2={x}
						y1={0}
						y2="100%"
					/>
				);
			})}
		</>
	);
}

function CordLine({ plan }: { plan: Plan }) {
	const cord = plan.cord.value;
	const bar = cord && plan.shown.value.get(cord.from);
	const row = cord && plan.rowOf.value.get(cord.from);
	if (!cord || !bar || row === null || row === undefined) return null;
	const x = plan.edges(bar).right;
	const y = row * rowHeight + rowHeight / 2;
	return <path class="tl-cord" d={`M${x} ${y}L${cord.x} ${cord.y}`} />;
}
