import { useComputed } from "@preact/signals";
import type { Task } from "boardcast";
import { hue, initials } from "../../../ui/avatar";
import { cx } from "../../../ui/cx";
import { describe, progressOf } from "../describe";
import { hueOf } from "../draw/hue";
import { face, faceStep, layout, pad, widthOf } from "../draw/label";
import { measures, type Plan } from "../model";
import { settings } from "../settings";
import { button, hidden, item } from "./aria";
import { Grips } from "./grips";

const most = 3;
const { rowHeight, barHeight } = measures;
const round = 5;
/** The line of a longer slack is cut off at this length, in pixels, and has no mark at its end. */
const longest = 240;

interface Props {
	plan: Plan;
	id: string;
	row: number;
	/** Its number among all bars, for screen readers: the others may not be rendered. */
	position: number;
	all: number;
}

/** One task on the plan. It subscribes to its own task only, so that a change renders one bar. */
export function BarMark({ plan, id, row, position, all }: Props) {
	const task = plan.store.tables.tasks.get(id);
	// What is computed for all bars changes with each of them; this one is rendered when its own part does.
	const bar = useComputed(() => plan.shown.value.get(id)).value;
	const slack = useComputed(() => plan.slack.value.get(id)).value;
	const marks = useComputed(() => marksOf(plan, id)).value;
	const isStop = useComputed(() => plan.stop.value === id).value;
	const hiddenWidth = useComputed(() => {
		const now = plan.shown.value.get(id);
		return now ? plan.hiddenOf(now) : 0;
	}).value;
	const isSelected = useComputed(() => plan.selection.has(id)).value;
	const isRemote = useComputed(() => plan.remote.value.has(id)).value;
	if (!task || !bar) return null;
	const { left, right } = plan.edges(bar);
	const width = right - left;
	const { name, colour } = hueOf(plan, task);
	const person = name === "face" && colour !== undefined;
	return (
		<g
			{...item(position, all)}
			class={cx(
				"tl-bar",
				task.completed_at !== null && "tl-done",
				settings.critical.value && task.completed_at === null && (slack ?? 1) <= 0 && "tl-critical",
				marks,
			)}
			data-bar={id}
			data-colour={name}
			data-hue={person ? hue(colour) : undefined}
			data-remote={isRemote || undefined}
			data-selected={isSelected || undefined}
			data-pending={plan.store.tables.tasks.pending(id) || undefined}
			style={{
				transform: `translate(${left}px, ${row * rowHeight + (rowHeight - barHeight) / 2}px)`,
				...(colour && !person ? { "--hue": colour } : {}),
			}}
		>
			<Slack plan={plan} task={task} days={slack ?? 0} width={width} />
			<g
				{...button}
				tabindex={isStop ? 0 : -1}
				class="tl-body"
				aria-label={describe(plan, task, bar, { slack, isSelected })}
				aria-describedby="tl-keys"
			>
				<rect class="tl-ring" x={-3} y={-3} rx={round + 3} height={barHeight + 6} style={wide(width + 6)} />
				<rect class="tl-box" rx={Math.min(round, width / 2)} height={barHeight} style={wide(width)} />
				<Progress plan={plan} task={task} width={width} />
				{hiddenWidth < Math.floor(width) && (
					<Label plan={plan} task={task} width={width} hiddenWidth={hiddenWidth} />
				)}
			</g>
			{plan.editable.value && <Grips width={width} height={barHeight} />}
		</g>
	);
}

/** How the bar takes part in a drag. */
function marksOf(plan: Plan, id: string): string {
	const isDragged = plan.dragged.value?.id === id;
	return cx(
		isDragged && "tl-dragged",
		!isDragged && plan.followerShift.value.has(id) && "tl-follower",
		plan.linkDrag.value?.to === id && "tl-target",
	);
}

const wide = (width: number) => ({ width: `${width}px` });

function Progress({ plan, task, width }: { plan: Plan; task: Task; width: number }) {
	const progress = task.completed_at === null ? progressOf(plan, task) : undefined;
	if (!progress || progress.done === 0) return null;
	const rest = 100 * (1 - progress.done / progress.all);
	return (
		<rect
			class="tl-progress"
			rx={Math.min(round, width / 2)}
			height={barHeight}
			style={{ ...wide(width), clipPath: `inset(0 ${rest}% 0 0)` }}
		/>
	);
}

/** A dashed line that shows the slack. */
function Slack({ plan, task, days, width }: { plan: Plan; task: Task; days: number; width: number }) {
	if (!settings.slack.value || days <= 0 || task.completed_at !== null) return null;
	const whole = days * plan.px.value - 4;
	const y = barHeight - 1;
	const end = whole > longest ? "" : "m0 -3v6";
	return <path class="tl-slack" d={`M${width + 2} ${y}h${Math.max(1, Math.min(whole, longest))}${end}`} />;
}

interface LabelProps {
	plan: Plan;
	task: Task;
	width: number;
	/** So much of the bar's beginning is out of sight: the title stands behind it, so that it can be read. */
	hiddenWidth: number;
}

function Label({ plan, task, width, hiddenWidth }: LabelProps) {
	const people = task.assignee_ids.flatMap((id) => plan.store.tables.members.get(id) ?? []);
	const shown = people.slice(0, most);
	const title = `${task.completed_at === null ? "" : "✓ "}${task.title}`;
	const at = layout(width - hiddenWidth, widthOf(title), shown.length);
	const beside = width + (at.title === "beside" || at.faces === "beside" ? 14 : 0);
	const faces = at.faces === "inside" ? width - at.facesWidth - 3 : beside;
	const titleAt =
		at.title === "inside"
			? hiddenWidth + pad
			: beside + (at.faces === "beside" && at.facesWidth ? at.facesWidth + 6 : 0);
	return (
		<g {...hidden}>
			<text class={at.title === "inside" ? "tl-title" : "tl-title tl-beside"} x={titleAt} y={barHeight / 2}>
				{title}
			</text>
			{shown.map((member, index) => (
				<g
					key={member.id}
					class="tl-face"
					data-hue={hue(member.id)}
					transform={`translate(${faces + index * faceStep} ${(barHeight - face) / 2})`}
				>
					<circle cx={face / 2} cy={face / 2} r={face / 2 + 1} class="tl-face-edge" />
					<circle cx={face / 2} cy={face / 2} r={face / 2} />
					<text x={face / 2} y={face / 2}>
						{initials(member.name)}
					</text>
				</g>
			))}
		</g>
	);
}
