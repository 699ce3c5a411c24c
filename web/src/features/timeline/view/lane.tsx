import type { Milestone } from "boardcast";
import { useState } from "preact/hooks";
import { dayOf, numberOf } from "../../../platform/days";
import { day } from "../../../platform/i18n/dates";
import { milestoneKeys } from "../gestures/milestone-keys";
import { dragMilestone } from "../gestures/milestones";
import { timeline } from "../messages";
import type { Plan } from "../model";
import type { Scroller } from "./viewport";

interface Props {
	plan: Plan;
	scroller: Scroller;
}

/** The milestones as diamonds below the dates. They are one tab stop; `milestoneKeys` handles their keys. */
export function Lane({ plan, scroller }: Props) {
	const dragged = plan.draggedMilestone.value;
	const placed = plan.milestones.value
		.flatMap((milestone) => {
			const number =
				dragged?.id === milestone.id ? dragged.day : milestone.due_on && numberOf(milestone.due_on);
			return typeof number === "number" ? [{ milestone, number }] : [];
		})
		.sort((a, b) => a.number - b.number || a.milestone.id.localeCompare(b.milestone.id));
	const [current, setCurrent] = useState<string>();
	const stop = placed.some(({ milestone }) => milestone.id === current) ? current : placed[0]?.milestone.id;
	if (placed.length === 0) return <div class="tl-lane" />;
	return (
		<ul class="tl-lane" aria-label={timeline.milestones}>
			{placed.map(({ milestone, number }, index) => {
				const next = placed[index + 1]?.number ?? number + 1000;
				const x = plan.x(number) + plan.px.value / 2;
				return (
					<li key={milestone.id} style={{ left: `${x}px`, width: `${(next - number) * plan.px.value}px` }}>
						<Diamond
							plan={plan}
							milestone={milestone}
							number={number}
							stop={milestone.id === stop}
							onFocus={() => setCurrent(milestone.id)}
							scroller={scroller}
						/>
					</li>
				);
			})}
		</ul>
	);
}

type DiamondProps = Props & { milestone: Milestone; number: number; stop: boolean; onFocus: () => void };

function Diamond({ plan, milestone, number, stop, onFocus, scroller }: DiamondProps) {
	const { id, name, completed_at } = milestone;
	const open = (at: Element) => {
		plan.panel.value = { kind: "milestone", id, at };
	};
	return (
		<button
			type="button"
			class="tl-milestone"
			data-milestone={id}
			data-done={completed_at !== null || undefined}
			tabIndex={stop ? 0 : -1}
			aria-label={timeline.milestoneAt(name, day(dayOf(number)), completed_at !== null)}
			onFocus={onFocus}
			onClick={(event) => open(event.currentTarget)}
			onPointerDown={(event) => dragMilestone(plan, milestone, event, scroller.current)}
			onKeyDown={(event) => milestoneKeys(plan, milestone, event)}
		>
			<svg width={16} height={16} viewBox="0 0 16 16" aria-hidden="true">
				<path d="M8 1.5L14.5 8L8 14.5L1.5 8Z" />
				{completed_at !== null && <path class="tl-milestone-check" d="M5.2 8.2L7.2 10.2L10.8 6" />}
			</svg>
			<span class="truncate" dir="auto">
				{name}
			</span>
		</button>
	);
}
