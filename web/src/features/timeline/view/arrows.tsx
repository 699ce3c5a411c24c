import { cx } from "../../../components/cx";
import type { Dependency } from "../../../lib/api/types";
import { pad, widthOf } from "../draw/label";
import { type Box, route } from "../draw/route";
import { measures, type Plan } from "../model";
import { roomOf } from "../plan/slack";
import { settings } from "../settings";
import { isBroken } from "../words";
import { hidden } from "./aria";
import { memo } from "./memo";
import type { Viewport } from "./viewport";

/** The dependencies whose way crosses the visible rows; late and critical ones on top. */
export function Arrows({ plan, viewport }: { plan: Plan; viewport: Viewport }) {
	if (!settings.arrows.value) return null;
	const { first, last } = plan.printing.value
		? { first: 0, last: Number.POSITIVE_INFINITY }
		: viewport.rows.value;
	const rows = plan.rowOf.value;
	const near = plan.links.value.filter((link) => {
		const [a, b] = [rows.get(link.depends_on_id), rows.get(link.task_id)];
		return a !== undefined && b !== undefined && Math.max(a, b) >= first && Math.min(a, b) <= last;
	});
	const boxes = boxesOf(plan);
	const arrows = near.map((link) => arrowOf(plan, link, boxes)).sort((a, b) => a.rank - b.rank);
	return (
		<g {...hidden}>
			{arrows.map(({ link, path, head, name }) => (
				<Line key={link.id} id={link.id} path={path} head={head} name={name} />
			))}
		</g>
	);
}

function boxesOf(plan: Plan): (Box | undefined)[] {
	const bars = plan.shown.value;
	return plan.rows.value.map((row, index) => {
		const bar = row.kind === "task" ? bars.get(row.id) : undefined;
		if (!bar || row.kind !== "task") return undefined;
		const edges = plan.edges(bar);
		const title = plan.store.tables.tasks.get(row.id)?.title ?? "";
		return { ...edges, row: index, titled: widthOf(title) > edges.right - edges.left - 2 * pad };
	});
}

function arrowOf(plan: Plan, link: Dependency, boxes: readonly (Box | undefined)[]) {
	const rows = plan.rowOf.value;
	const [a = 0, b = 0] = [rows.get(link.depends_on_id), rows.get(link.task_id)];
	const [from, to] = [boxes[a], boxes[b]];
	const between = boxes.slice(Math.min(a, b) + 1, Math.max(a, b)).filter((box) => box !== undefined);
	const room = roomOf(link, plan.shown.value) ?? 0;
	const broken = isBroken(plan, link);
	const critical =
		settings.critical.value &&
		!broken &&
		room <= Math.max(0, plan.slack.value.get(link.task_id) ?? 0) &&
		isOpen(plan, link.depends_on_id) &&
		plan.isCritical(link.depends_on_id) &&
		plan.isCritical(link.task_id);
	const drawn = from && to ? route(from, to, between, measures) : { path: "", head: "" };
	const chosen = plan.panel.value?.kind === "link" && plan.panel.value.id === link.id;
	return {
		link,
		...drawn,
		rank: broken ? 2 : critical ? 1 : 0,
		name: cx("tl-arrow", broken && "tl-broken", critical && "tl-critical-arrow", chosen && "tl-chosen"),
	};
}

const isOpen = (plan: Plan, id: string) => plan.store.tables.tasks.get(id)?.completed_at === null;

const Line = memo(({ id, path, head, name }: { id: string; path: string; head: string; name: string }) => (
	<g class={name} data-link={id}>
		<path class="tl-arrow-room" d={path} />
		<path class="tl-arrow-line" d={path} />
		<path class="tl-arrow-head" d={head} />
	</g>
));
