import { hue, initials } from "../../../components/avatar";
import { cx } from "../../../components/cx";
import type { Task } from "../../../lib/api/types";
import { hueOf } from "../draw/hue";
import { face, faceStep, layout, pad, widthOf } from "../draw/label";
import { measures, type Plan } from "../model";
import { settings } from "../settings";
import { describe, progressOf } from "../words";
import { button, hidden, item } from "./aria";
import { Grips } from "./grips";

const most = 3;
const { rowHeight, barHeight } = measures;
const round = 5;
/** Slack beyond this many pixels is plenty; its line just ends, without a mark. */
const longest = 240;

interface Props {
	plan: Plan;
	id: string;
	row: number;
	/** Its number among the bars, for screen readers; the rest may not be drawn. */
	position: number;
	all: number;
}

/** One task on the plan. It reads only its own task, so that a change draws one bar. */
export function BarMark({ plan, id, row, position, all }: Props) {
	const task = plan.store.tables.tasks.get(id);
	const bar = plan.shown.value.get(id);
	if (!task || !bar) return null;
	const { left, right } = plan.edges(bar);
	const width = right - left;
	const held = plan.held.value?.id === id;
	const { name, colour } = hueOf(plan, task);
	const person = name === "face" && colour !== undefined;
	return (
		<g
			{...item(position, all)}
			class={cx(
				"tl-bar",
				task.completed_at !== null && "tl-done",
				settings.critical.value && task.completed_at === null && plan.isCritical(id) && "tl-critical",
				held && "tl-held",
				!held && plan.carried.value.has(id) && "tl-carried",
				plan.cord.value?.to === id && "tl-target",
			)}
			data-bar={id}
			data-colour={name}
			data-hue={person ? hue(colour) : undefined}
			data-remote={plan.remote.value.has(id) || undefined}
			data-pending={plan.store.tables.tasks.pending(id) || undefined}
			style={{
				transform: `translate(${left}px, ${row * rowHeight + (rowHeight - barHeight) / 2}px)`,
				...(colour && !person ? { "--hue": colour } : {}),
			}}
		>
			<Slack plan={plan} task={task} width={width} />
			<g
				{...button}
				tabindex={plan.stop.value === id ? 0 : -1}
				class="tl-body"
				aria-label={describe(plan, task, bar)}
				aria-describedby="tl-keys"
			>
				<rect class="tl-ring" x={-3} y={-3} rx={round + 3} height={barHeight + 6} style={wide(width + 6)} />
				<rect class="tl-box" rx={Math.min(round, width / 2)} height={barHeight} style={wide(width)} />
				<Progress plan={plan} task={task} width={width} />
				<Label plan={plan} task={task} width={width} />
			</g>
			{plan.editable.value && <Grips width={width} height={barHeight} />}
		</g>
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

/** How far it may slip without moving the plan's end. */
function Slack({ plan, task, width }: { plan: Plan; task: Task; width: number }) {
	const days = plan.slack.value.get(task.id) ?? 0;
	if (!settings.slack.value || days <= 0 || task.completed_at !== null) return null;
	const whole = days * plan.px.value - 4;
	const y = barHeight - 1;
	const end = whole > longest ? "" : "m0 -3v6";
	return <path class="tl-slack" d={`M${width + 2} ${y}h${Math.max(1, Math.min(whole, longest))}${end}`} />;
}

function Label({ plan, task, width }: { plan: Plan; task: Task; width: number }) {
	const people = task.assignee_ids.flatMap((id) => plan.store.tables.members.get(id) ?? []);
	const shown = people.slice(0, most);
	const title = `${task.completed_at === null ? "" : "✓ "}${task.title}`;
	const at = layout(width, widthOf(title), shown.length);
	const beside = width + (at.title === "beside" || at.faces === "beside" ? 14 : 0);
	const faces = at.faces === "inside" ? width - at.facesWidth - 3 : beside;
	const titleAt =
		at.title === "inside" ? pad : beside + (at.faces === "beside" && at.facesWidth ? at.facesWidth + 6 : 0);
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
