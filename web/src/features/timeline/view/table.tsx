import { day } from "../../../lib/messages/dates";
import { timeline } from "../../../lib/messages/timeline";
import { href } from "../../../lib/route";
import type { Plan } from "../model";
import { slackWords } from "../words";

/** The same plan in words and numbers, for whoever reads better than looks. */
export function PlanTable({ plan }: { plan: Plan }) {
	const words = timeline.columns;
	return (
		<section class="tl-table" aria-label={timeline.table} tabIndex={-1}>
			<table>
				<caption class="quiet">{timeline.table}</caption>
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
					{[...plan.rowOf.value.keys()].map((id) => (
						<Line key={id} plan={plan} id={id} />
					))}
				</tbody>
			</table>
		</section>
	);
}

function Line({ plan, id }: { plan: Plan; id: string }) {
	const { tasks } = plan.store.tables;
	const task = tasks.get(id);
	if (!task) return null;
	const before = plan.links.value
		.filter((link) => link.task_id === id)
		.flatMap((link) => {
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
					{plan.name(task)} {task.title}
				</a>
			</th>
			<td>{task.start_on && day(task.start_on)}</td>
			<td>{task.due_on && day(task.due_on)}</td>
			<td>{task.completed_at === null ? slackWords(plan, task) : timeline.complete}</td>
			<td>{before.join(", ")}</td>
		</tr>
	);
}
