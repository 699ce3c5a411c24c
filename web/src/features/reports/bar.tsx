import type { User } from "boardcast";
import { X } from "lucide-preact";
import { me, none } from "../../domain/filter/filter";
import { assignable } from "../../domain/member/assignable";
import type { ProjectStore } from "../../live/store/project";
import { setQuery } from "../../platform/router";
import { Button } from "../../ui/button";
import { DayField } from "../../ui/day-field";
import { SelectField } from "../../ui/field";
import { Segmented } from "../../ui/segmented";
import { reports as words } from "./messages";
import { intervals, type Range, ranges, type Wanted } from "./wanted";

/** Over which time, in which steps, and about which tasks. */
export function Bar({ store, user, wanted }: { store: ProjectStore; user: User; wanted: Wanted }) {
	const { range, from, to, interval } = wanted;
	const pick = (next: Range) =>
		setQuery({
			range: next === "month" ? null : next,
			// The dates begin as those that were shown.
			from: next === "dates" ? from : null,
			to: next === "dates" ? to : null,
			interval: null,
		});
	return (
		<search class="reports-bar" aria-label={words.choose}>
			<Segmented
				label={words.range}
				value={range}
				onPick={pick}
				options={ranges.map((value) => ({ value, label: words.ranges[value] }))}
			/>
			{range === "dates" && (
				<div class="reports-dates">
					<DayField
						label={words.from}
						bare
						value={from}
						onPick={(day) => day && setQuery({ from: day, ...(day > to ? { to: day } : {}) })}
					/>
					<span aria-hidden="true">–</span>
					<DayField
						label={words.to}
						bare
						value={to}
						onPick={(day) => day && setQuery({ to: day, ...(day < from ? { from: day } : {}) })}
					/>
				</div>
			)}
			<Segmented
				label={words.interval}
				value={interval}
				onPick={(value) => setQuery({ interval: value })}
				options={intervals.map((value) => ({ value, label: words.intervals[value] }))}
			/>
			<About store={store} user={user} wanted={wanted} />
		</search>
	);
}

function About({ store, user, wanted: { label, assignee, milestone } }: Parameters<typeof Bar>[0]) {
	const { labels, members, milestones } = store.tables;
	const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);
	const options = (all: readonly { id: string; name: string }[]) =>
		all.map(({ id, name }) => ({ value: id, label: name }));
	// What was deleted, or is another project's, asks for nothing that could be chosen here.
	const has = (all: readonly { id: string }[], id: string) => all.some((one) => one.id === id);
	const person = assignee === me ? user.id : assignee;
	const people = assignable(members.all(), [person]);
	const isSet = label !== "" || assignee !== "" || milestone !== "";
	return (
		<div class="reports-about">
			{(labels.size > 0 || label !== "") && (
				<SelectField
					label={words.label}
					bare
					value={has(labels.all(), label) ? label : ""}
					onPick={(value) => setQuery({ label: value || null })}
					options={[{ value: "", label: words.anyLabel }, ...options(labels.all().sort(byName))]}
				/>
			)}
			<SelectField
				label={words.assignee}
				bare
				value={person === none || has(people, person) ? person : ""}
				onPick={(value) => setQuery({ assignee: value || null })}
				options={[
					{ value: "", label: words.anybody },
					...options(people),
					{ value: none, label: words.nobody },
				]}
			/>
			{(milestones.size > 0 || milestone !== "") && (
				<SelectField
					label={words.milestone}
					bare
					value={milestone === none || has(milestones.all(), milestone) ? milestone : ""}
					onPick={(value) => setQuery({ milestone: value || null })}
					options={[
						{ value: "", label: words.anyMilestone },
						...options(milestones.all().sort(byName)),
						{ value: none, label: words.noMilestone },
					]}
				/>
			)}
			{isSet && (
				<Button
					tone="ghost"
					icon={X}
					onClick={() => setQuery({ label: null, assignee: null, milestone: null })}
				>
					{words.clear}
				</Button>
			)}
		</div>
	);
}
