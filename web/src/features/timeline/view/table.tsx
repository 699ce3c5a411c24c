import { useComputed } from "@preact/signals";
import type { Dependency } from "boardcast";
import { useEffect, useState } from "preact/hooks";
import { append } from "../../../domain/dependency/network";
import { day } from "../../../platform/i18n/dates";
import { href } from "../../../platform/route";
import { inTurn } from "../../../platform/turns";
import { slackText } from "../describe";
import { timeline } from "../messages";
import type { Plan } from "../model";

/** The plan as a table. */
export function PlanTable({ plan }: { plan: Plan }) {
	const words = timeline.columns;
	const ids = [...plan.rowOf.value.keys()];
	const before = useComputed(() => {
		const links = new Map<string, Dependency[]>();
		for (const link of plan.links.value) append(links, link.task_id, link);
		return links;
	}).value;
	const [shown, setShown] = useState(atOnce);
	useEffect(() => {
		// A long table grows in tasks of its own.
		if (shown < ids.length) return inTurn(() => setShown(shown + atOnce));
		return undefined;
	}, [shown, ids.length]);
	return (
		<section class="tl-table" aria-label={timeline.table} tabIndex={-1}>
			<table>
				<caption class="visually-hidden">{timeline.table}</caption>
				<thead>
					<tr>
						<th scope="col">{words.task}</th>
						<th scope="col">{words.start}</th>
						<th scope="col">{words.due}</th>
						<th scope="col">{words.slack}</th>
						<th scope="col">{words.waitsFor}</th>
					</tr>
				</thead>
				<tbody>
					{ids.slice(0, shown).map((id) => (
						<Line key={id} plan={plan} id={id} links={before.get(id) ?? none} />
					))}
				</tbody>
			</table>
		</section>
	);
}

const atOnce = 50;
const none: readonly Dependency[] = [];

function Line({ plan, id, links }: { plan: Plan; id: string; links: readonly Dependency[] }) {
	const { tasks } = plan.store.tables;
	const task = tasks.get(id);
	const slack = useComputed(() => plan.slack.value.get(id)).value;
	if (!task) return null;
	const before = links.flatMap((link) => {
		const other = tasks.get(link.depends_on_id);
		return other ? [plan.name(other)] : [];
	});
	return (
		<tr>
			<th scope="row">
				<a
					class="link"
					href={href({ name: "project", key: plan.address.value, view: "timeline", task: task.number })}
				>
					{plan.name(task)} <bdi>{task.title}</bdi>
				</a>
			</th>
			<td>{task.start_on && day(task.start_on)}</td>
			<td>{task.due_on && day(task.due_on)}</td>
			<td>{task.completed_at === null ? slackText(task, slack) : timeline.complete}</td>
			<td>{before.join(", ")}</td>
		</tr>
	);
}
