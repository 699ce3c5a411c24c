import { ChevronDown, ChevronRight } from "lucide-preact";
import { href } from "../../../lib/route";
import { measures, type Plan } from "../model";
import type { Row } from "../plan/rows";
import { toggleGroup } from "../settings";
import type { Viewport } from "./viewport";

const { rowHeight } = measures;

/** Number and title beside the drawing; it stays in place when the drawing scrolls sideways. */
export function Gutter({ plan, viewport }: { plan: Plan; viewport: Viewport }) {
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
					{row.kind === "group" ? <GroupLine row={row} /> : <TaskLine plan={plan} id={row.id} />}
				</li>
			))}
		</ul>
	);
}

function TaskLine({ plan, id }: { plan: Plan; id: string }) {
	const task = plan.store.tables.tasks.get(id);
	if (!task) return null;
	return (
		// Out of the tab order: the bar of the same row opens the task too, and there may be a thousand rows.
		<a
			class="tl-name"
			tabIndex={-1}
			data-done={task.completed_at !== null || undefined}
			data-current={plan.pointed.value === id || plan.current.value === id || undefined}
			href={href({ name: "project", key: plan.address.value, view: "timeline", task: task.number })}
			title={task.title}
		>
			<span class="tl-number">{plan.name(task)}</span>
			<span class="truncate">{task.title}</span>
		</a>
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
			<span class="truncate">{row.name}</span>
			<span class="soft">{row.count}</span>
		</button>
	);
}
