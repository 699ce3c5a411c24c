import type { Dependency } from "boardcast";
import { useTurn } from "../../../platform/use-turn";
import { cx } from "../../../ui/cx";
import { memo } from "../../../ui/memo";
import { isBroken } from "../describe";
import { Boxes } from "../draw/boxes";
import { type Box, route, uprightOf } from "../draw/route";
import { measures, type Plan } from "../model";
import { roomOf } from "../plan/slack";
import { settings } from "../settings";
import { hidden } from "./aria";
import type { Viewport } from "./viewport";

/** An arrow over more rows than this takes the short way: comparing thousands of bars for the best one takes seconds. */
const farRows = 60;
/** So many rows and pixels out of sight an arrow is cut off. */
const rowsBeyond = 3;
const cutBeyond = 50;
/** An arrow of so many pixels has longer dashes: drawing takes as long as there are dashes. */
const long = 1000;
/** More arrows than this that only pass by are drawn as one shape; each can still be picked at its ends. */
const mostPassing = 100;
/** An arrow goes so many pixels beyond the edges that it connects. */
const detour = 8;

interface Arrow {
	link: Dependency;
	from: Box;
	to: Box;
}
interface Seen {
	first: number;
	last: number;
	left: number;
	right: number;
}

/** The dependencies that cross the visible part; broken and critical ones are drawn last, on top of the others. */
export function Arrows({ plan, viewport }: { plan: Plan; viewport: Viewport }) {
	const isOurs = useTurn();
	const isPrinting = plan.printing.value;
	if (!settings.arrows.value || !(isOurs || isPrinting)) return null;
	const seen = isPrinting ? everything(plan) : seenOf(viewport);
	const boxes = new Boxes(plan);
	const arrows = crossing(plan, seen, boxes);
	const passing = isPrinting ? [] : arrows.filter((arrow) => isPassing(arrow, seen));
	const together = passing.length > mostPassing ? passing : [];
	const single = together.length > 0 ? arrows.filter((arrow) => !isPassing(arrow, seen)) : arrows;
	const drawn = single.map((arrow) => draw(plan, arrow, seen, boxes)).sort((a, b) => a.rank - b.rank);
	return (
		<g {...hidden}>
			{together.length > 0 && <Passing plan={plan} all={together} seen={seen} />}
			{drawn.map(({ link, path, head, name }) => (
				<Line key={link.id} id={link.id} path={path} head={head} name={name} />
			))}
		</g>
	);
}

function seenOf(viewport: Viewport): Seen {
	const [rows, x] = [viewport.rows.value, viewport.x.value];
	return { ...rows, left: x.from, right: x.to };
}

function everything(plan: Plan): Seen {
	return { first: 0, last: plan.rows.value.length, left: 0, right: Number.POSITIVE_INFINITY };
}

function crossing(plan: Plan, seen: Seen, boxes: Boxes): Arrow[] {
	const rows = plan.rowOf.value;
	return plan.links.value.flatMap((link): Arrow[] => {
		const [a, b] = [rows.get(link.depends_on_id), rows.get(link.task_id)];
		if (a === undefined || b === undefined) return [];
		if (Math.max(a, b) < seen.first || Math.min(a, b) > seen.last) return [];
		const [from, to] = [boxes.of(a), boxes.of(b)];
		if (!from || !to) return [];
		const left = Math.min(from.right, to.left - detour);
		const right = Math.max(from.right, to.left) + detour;
		return right < seen.left || left > seen.right ? [] : [{ link, from, to }];
	});
}

function isPassing({ from, to }: Arrow, { first, last }: Seen): boolean {
	return Math.min(from.row, to.row) < first && Math.max(from.row, to.row) > last;
}

/** Upright lines, as one shape for each rank. */
function Passing({ plan, all, seen }: { plan: Plan; all: readonly Arrow[]; seen: Seen }) {
	const { rowHeight } = measures;
	const places = rankNames.map(() => new Set<number>());
	for (const { link, from, to } of all) places[rankOf(plan, link)]?.add(uprightOf(from, to));
	const upright = (x: number) => `M${x} ${seen.first * rowHeight}V${(seen.last + 1) * rowHeight}`;
	return (
		<>
			{places.map((xs, rank) => (
				<g key={rankNames[rank]} class={cx("tl-arrow tl-passing", rankNames[rank])}>
					<path class="tl-arrow-line" d={[...xs].map(upright).join("")} />
				</g>
			))}
		</>
	);
}

const rankNames = ["", "tl-critical-arrow", "tl-broken"];

/** 2 for a broken dependency, 1 for a critical one. */
function rankOf(plan: Plan, link: Dependency): number {
	if (isBroken(plan, link)) return 2;
	const room = roomOf(link, plan.shown.value) ?? 0;
	const isOnPath =
		settings.critical.value &&
		room <= Math.max(0, plan.slack.value.get(link.task_id) ?? 0) &&
		isOpen(plan, link.depends_on_id) &&
		plan.isCritical(link.depends_on_id) &&
		plan.isCritical(link.task_id);
	return isOnPath ? 1 : 0;
}

function draw(plan: Plan, { link, from, to }: Arrow, seen: Seen, boxes: Boxes) {
	const isFar = Math.abs(from.row - to.row) > farRows;
	const cut = (box: Box) => cutOff(box, seen, isFar);
	const titled = !isFar && boxes.isTitled(link.depends_on_id, from);
	const between = isFar ? [] : boxes.between(from.row, to.row);
	const drawn = route({ ...cut(from), titled }, cut(to), between, measures);
	const isChosen = plan.panel.value?.kind === "link" && plan.panel.value.id === link.id;
	const rank = rankOf(plan, link);
	const length = Math.abs(from.row - to.row) * measures.rowHeight + Math.abs(from.right - to.left);
	const name = cx("tl-arrow", rankNames[rank], length > long && "tl-long", isChosen && "tl-chosen");
	return { link, ...drawn, rank, name };
}

/** Moves an end that is far out of sight nearer: the time to draw a line grows with its length, seen or not. */
function cutOff({ left, right, row }: Box, seen: Seen, isFar: boolean): Box {
	const x = (at: number) => clamp(at, seen.left - cutBeyond, seen.right + cutBeyond);
	const near = isFar ? clamp(row, seen.first - rowsBeyond, seen.last + rowsBeyond) : row;
	return { left: x(left), right: x(right), row: near };
}

const clamp = (value: number, low: number, high: number) => Math.max(low, Math.min(high, value));

const isOpen = (plan: Plan, id: string) => plan.store.tables.tasks.get(id)?.completed_at === null;

const Line = memo(({ id, path, head, name }: { id: string; path: string; head: string; name: string }) => (
	<g class={name} data-link={id}>
		<path class="tl-arrow-room" d={path} />
		<path class="tl-arrow-line" d={path} />
		<path class="tl-arrow-head" d={head} />
	</g>
));
