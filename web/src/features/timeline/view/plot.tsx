import { useEffect, useRef } from "preact/hooks";
import { numberOf, weekdayOf } from "../../../platform/days";
import { weekend } from "../../../platform/i18n/dates";
import { useTurn } from "../../../platform/use-turn";
import { ticks } from "../draw/scale";
import { useBarGestures } from "../gestures/bars";
import { timeline } from "../messages";
import { measures, type Plan } from "../model";
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

/** The plot: as large as the whole plan, rendered only where it is visible. */
export function Plot({ plan, viewport, scroller }: Props) {
	const svg = useRef<SVGSVGElement>(null);
	const attach = useBarGestures(plan, scroller);
	useEffect(() => (svg.current ? attach(svg.current) : undefined), []);
	const range = plan.range.value;
	const width = (range.to - range.from) * plan.px.value;
	const height = Math.max(plan.rows.value.length * rowHeight, plan.printing.value ? 0 : plan.height.value);
	return (
		<svg ref={svg} class="tl-plot" width={width} height={height} {...group} aria-label={timeline.chart}>
			<g {...hidden}>
				<Weekends plan={plan} viewport={viewport} height={height} />
				<Lines plan={plan} viewport={viewport} width={width} height={height} />
				<Milestones plan={plan} />
				{plan.rowOf.value.size > 0 && (
					<line class="tl-today" x1={todayAt(plan)} x2={todayAt(plan)} y1={0} y2="100%" />
				)}
			</g>
			<Arrows plan={plan} viewport={viewport} />
			<Bars plan={plan} viewport={viewport} />
			<LinkDragLine plan={plan} />
		</svg>
	);
}

export function todayAt(plan: Plan): number {
	return Math.round(plan.x(plan.today.value) + plan.px.value / 2);
}

function Bars({ plan, viewport }: Omit<Props, "scroller">) {
	// The frame of the plan first: computing and drawing all at once is one long task.
	const isOurs = useTurn();
	const rows = plan.rows.value;
	const { first, last } = plan.printing.value ? { first: 0, last: rows.length } : viewport.rows.value;
	const stop = plan.stop.value;
	const all = plan.rowOf.value.size;
	if (all === 0 || !isOurs) return null;
	const marks: preact.ComponentChild[] = [];
	let position = 0;
	rows.forEach((row, index) => {
		if (row.kind === "group") return;
		position += 1;
		// The tab stop is always rendered, or Tab would skip the plan.
		if ((index < first || index > last) && row.id !== stop) return;
		marks.push(<BarMark key={row.id} plan={plan} id={row.id} row={index} position={position} all={all} />);
	});
	return (
		<g {...list} aria-label={timeline.tasks(all)}>
			{marks}
		</g>
	);
}

/** The visible weekends, as one shape. Not shown for months, where they would be too narrow. */
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
	const dragged = plan.draggedMilestone.value;
	return (
		<>
			{plan.milestones.value.map(({ id, due_on, completed_at }) => {
				const day = dragged?.id === id ? dragged.day : due_on && numberOf(due_on);
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

function LinkDragLine({ plan }: { plan: Plan }) {
	const linkDrag = plan.linkDrag.value;
	const bar = linkDrag && plan.shown.value.get(linkDrag.from);
	const row = linkDrag && plan.rowOf.value.get(linkDrag.from);
	if (!linkDrag || !bar || row === null || row === undefined) return null;
	const x = plan.edges(bar).right;
	const y = row * rowHeight + rowHeight / 2;
	return <path class="tl-link-drag" d={`M${x} ${y}L${linkDrag.x} ${linkDrag.y}`} />;
}
