import { useLayoutEffect, useRef } from "preact/hooks";
import { timeline } from "../../../lib/messages/timeline";
import type { Plan } from "../model";
import { progressOf, slackWords, span } from "../words";

/** The dates of the bar in hand, or what the bar is that the pointer rests on. Over everything, in nobody's way. */
export function Tip({ plan }: { plan: Plan }) {
	const ref = useRef<HTMLDivElement>(null);
	const held = plan.held.value;
	const id = held?.id ?? (plan.panel.value || plan.cord.value ? null : plan.pointed.value);
	const task = id ? plan.store.tables.tasks.get(id) : undefined;
	const bar = id ? plan.shown.value.get(id) : undefined;
	useLayoutEffect(() => {
		const tip = ref.current;
		if (!tip || !id) return;
		if (!tip.matches(":popover-open")) tip.showPopover();
		hang(tip, document.querySelector(`[data-bar="${CSS.escape(id)}"] .tl-box`));
	});
	if (!id || !task || !bar) return null;
	const also = plan.carried.value.size;
	const progress = progressOf(plan, task);
	const people = task.assignee_ids.flatMap((member) => plan.store.tables.members.get(member)?.name ?? []);
	return (
		<div ref={ref} popover="manual" class="tl-tip" aria-hidden="true">
			{!held && (
				<p class="tl-tip-title">
					<span class="soft">{plan.name(task)}</span> {task.title}
				</p>
			)}
			<p class={held ? "tl-tip-dates" : undefined}>{span(bar)}</p>
			{held
				? also > 0 && <p class="soft">{timeline.carries(also)}</p>
				: [
						plan.store.tables.columns.get(task.column_id)?.name,
						people.join(", "),
						progress && timeline.progress(progress.done, progress.all),
						slackWords(plan, task),
					]
						.filter(Boolean)
						.map((line) => (
							<p key={line} class="soft">
								{line}
							</p>
						))}
		</div>
	);
}

const gap = 8;

/** Above the visible part of the bar, below it where there is no room. */
function hang(tip: HTMLElement, bar: Element | null): void {
	if (!bar) return;
	const from = bar.getBoundingClientRect();
	const box = tip.getBoundingClientRect();
	const seen =
		bar.closest(".tl-scroll")?.getBoundingClientRect() ?? new DOMRect(0, 0, innerWidth, innerHeight);
	const left = Math.max(from.left, seen.left);
	const middle = (left + Math.max(left, Math.min(from.right, seen.right))) / 2;
	const above = from.top - box.height - gap;
	tip.style.left = `${Math.max(gap, Math.min(middle - box.width / 2, innerWidth - box.width - gap))}px`;
	tip.style.top = `${above < gap ? from.bottom + gap : above}px`;
}
