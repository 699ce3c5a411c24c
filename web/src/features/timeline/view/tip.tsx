import { useLayoutEffect, useRef } from "preact/hooks";
import { progressOf, slackText, span } from "../describe";
import { timeline } from "../messages";
import type { Plan } from "../model";

/** A tooltip: the dates of the dragged bar, or the description of the bar under the pointer. */
export function Tip({ plan }: { plan: Plan }) {
	const ref = useRef<HTMLDivElement>(null);
	const dragged = plan.dragged.value;
	const id = dragged?.id ?? (plan.panel.value || plan.linkDrag.value ? null : plan.pointed.value);
	const task = id ? plan.store.tables.tasks.get(id) : undefined;
	const bar = id ? plan.shown.value.get(id) : undefined;
	useLayoutEffect(() => {
		const tip = ref.current;
		if (!tip || !id) return;
		if (!tip.matches(":popover-open")) tip.showPopover();
		hang(tip, document.querySelector(`[data-bar="${CSS.escape(id)}"] .tl-box`));
	});
	if (!id || !task || !bar) return null;
	const also = plan.followerShift.value.size;
	const progress = progressOf(plan, task);
	const people = task.assignee_ids.flatMap((member) => plan.store.tables.members.get(member)?.name ?? []);
	return (
		<div ref={ref} popover="manual" class="tl-tip" aria-hidden="true">
			{!dragged && (
				<p class="tl-tip-title">
					<span class="soft">{plan.name(task)}</span> <bdi>{task.title}</bdi>
				</p>
			)}
			<p class={dragged ? "tl-tip-dates" : undefined}>{span(bar)}</p>
			{dragged
				? also > 0 && <p class="soft">{timeline.alsoMoves(also)}</p>
				: [
						plan.store.tables.columns.get(task.column_id)?.name,
						people.join(", "),
						progress && timeline.progress(progress.done, progress.all),
						slackText(task, plan.slack.value.get(task.id)),
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

/** Place the tooltip above the visible part of the bar, or below it where there is no room. */
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
