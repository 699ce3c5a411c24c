import { useComputed } from "@preact/signals";
import { ArrowLeft, ArrowRight, ChevronDown, ChevronRight } from "lucide-preact";
import type { Row } from "../../../domain/task/grouped-rows";
import { href } from "../../../platform/route";
import { span } from "../describe";
import { timeline } from "../messages";
import { measures, type Plan } from "../model";
import { toggleGroup } from "../settings";
import type { Scroller, Viewport } from "./viewport";

const { rowHeight } = measures;

interface Props {
	plan: Plan;
	viewport: Viewport;
	scroller: Scroller;
}

/** Number and title of each row beside the plot; it stays in place when the plot scrolls sideways. */
export function Gutter({ plan, viewport, scroller }: Props) {
	const rows = plan.rows.value;
	const { first, last } = plan.printing.value ? { first: 0, last: rows.length } : viewport.rows.value;
	return (
		<ul
			class="tl-gutter"
			style={{
				height: `${Math.max(rows.length * rowHeight, plan.printing.value ? 0 : plan.height.value)}px`,
			}}
		>
			{rows.slice(first, last + 1).map((row, index) => (
				<li
					key={row.key}
					class={row.kind === "group" ? "tl-row tl-row-group" : "tl-row"}
					style={{ top: `${(first + index) * rowHeight}px`, height: `${rowHeight}px` }}
				>
					{row.kind === "group" ? (
						<GroupLine row={row} />
					) : (
						<TaskLine plan={plan} id={row.id} scroller={scroller} />
					)}
				</li>
			))}
		</ul>
	);
}

type LineProps = Omit<Props, "viewport"> & { id: string };

function TaskLine({ plan, id, scroller }: LineProps) {
	const task = plan.store.tables.tasks.get(id);
	const isCurrent = useComputed(() => plan.pointed.value === id || plan.current.value === id).value;
	const isSelected = useComputed(() => plan.selection.has(id)).value;
	if (!task) return null;
	return (
		<>
			{/* Not in the tab order: the bar of the row opens the task too, and there may be a thousand rows. */}
			<a
				class="tl-name"
				tabIndex={-1}
				data-done={task.completed_at !== null || undefined}
				data-current={isCurrent || undefined}
				data-selected={isSelected || undefined}
				href={href({ name: "project", key: plan.address.value, view: "timeline", task: task.number })}
				title={task.title}
				onClick={(event) => {
					if (plan.editable.peek() && plan.selection.tap(event, id)) event.preventDefault();
				}}
			>
				<span class="tl-number">{plan.name(task)}</span>
				<span class="truncate" dir="auto">
					{task.title}
				</span>
			</a>
			<Away plan={plan} id={id} scroller={scroller} />
		</>
	);
}

/** An arrow to the bar, at the edge behind which it lies. Keys find the bar without it: it scrolls to what has the focus. */
function Away({ plan, id, scroller }: LineProps) {
	const side = useComputed(() => plan.awayOf(id)).value;
	const bar = useComputed(() => plan.shown.value.get(id)).value;
	if (!side || !bar) return null;
	const label = timeline.scrollTo(span(bar));
	const Icon = side === "before" ? ArrowLeft : ArrowRight;
	const go = () => {
		const { left, right } = plan.edges(bar);
		const { width } = plan.sight.peek();
		// The whole bar, or its beginning.
		const to = right - left < width ? (left + right - width) / 2 : left - 3 * plan.px.peek();
		scroller.current?.scrollTo({ left: to, behavior: "smooth" });
	};
	return (
		<button
			type="button"
			class="tl-away"
			data-side={side}
			tabIndex={-1}
			aria-label={label}
			title={label}
			style={side === "after" ? { left: `${plan.width.value}px` } : {}}
			onClick={go}
		>
			<Icon size={14} aria-hidden="true" />
		</button>
	);
}

function GroupLine({ row }: { row: Row & { kind: "group" } }) {
	const Icon = row.open ? ChevronDown : ChevronRight;
	return (
		<button
			type="button"
			class="tl-group"
			aria-expanded={row.open}
			onClick={() => toggleGroup(row.key.slice("group ".length))}
		>
			<Icon size={16} aria-hidden="true" />
			<span class="truncate" dir="auto">
				{row.name}
			</span>
			<span class="soft">{row.count}</span>
		</button>
	);
}
