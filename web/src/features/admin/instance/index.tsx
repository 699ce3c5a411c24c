import type { InstanceOverview, Problem } from "boardcast";
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { api, body } from "../../../platform/api";
import { explain } from "../../../platform/i18n/errors";
import { Skeleton } from "../../../ui/empty";
import { Failed } from "../../../ui/failed";
import { RelativeTime } from "../../../ui/relative-time";
import { bytes } from "../bytes";
import { instance as words } from "./messages";
import "./instance.css";

/** What this instance is made of, how full it is, how it is set, and what waits. */
export function Instance() {
	const [found, setFound] = useState<InstanceOverview | undefined>(undefined);
	const [problem, setProblem] = useState<Problem | null>(null);
	const read = () =>
		body(api.GET("/admin/instance")).then(
			(answer) => {
				setFound(answer);
				setProblem(null);
			},
			(error: Problem) => setProblem(error),
		);
	useEffect(() => void read(), []);
	if (problem) return <Failed text={explain(problem)} retry={read} />;
	if (!found) return <Skeleton lines={6} />;
	return (
		<>
			<Facts id="instance-title" title={words.title} facts={factsOf(found)} />
			<Facts id="waiting-title" title={words.waiting} facts={waitingOf(found)} more />
			<section class="section" aria-labelledby="settings-title">
				<h2 id="settings-title">{words.settings}</h2>
				<p class="soft admin-hint">{words.settingsHint}</p>
				<Table label={words.allSettings} heads={[words.name, words.value, words.source]}>
					{found.settings.map(({ name, variable, value, source }) => (
						<tr key={name}>
							<th scope="row" title={variable ?? undefined}>
								{name}
							</th>
							<td>{value ?? <span class="soft">{words.none}</span>}</td>
							<td>{words.sources[source]}</td>
						</tr>
					))}
				</Table>
			</section>
			<section class="section" aria-labelledby="jobs-title">
				<h2 id="jobs-title">{words.jobs}</h2>
				<p class="soft admin-hint">{words.jobsHint}</p>
				<Table label={words.lastRuns} heads={[words.job, words.lastRun, words.nextRun, words.error]}>
					{found.jobs.map(({ name, last_run_at, next_run_at, last_error }) => (
						<tr key={name}>
							<th scope="row">{name}</th>
							<td>
								<RelativeTime at={last_run_at} />
							</td>
							<td>
								<RelativeTime at={next_run_at} />
							</td>
							<td data-trouble={last_error !== null || undefined}>
								{last_error ?? <span class="soft">{words.noError}</span>}
							</td>
						</tr>
					))}
				</Table>
			</section>
		</>
	);
}

type Fact = [name: string, value: ComponentChildren];

function factsOf({ version, started_at, node, nodes, database, files, counts }: InstanceOverview): Fact[] {
	return [
		[words.version, version],
		[words.started, <RelativeTime key="started" at={started_at} />],
		[words.nodes, words.node(nodes, node)],
		[words.database, words.databaseOf(database.kind, bytes(database.bytes), database.schema)],
		[words.files, words.filesOf(files, counts.attachments, bytes(counts.attachment_bytes))],
		[words.people, words.peopleOf(counts.people, counts.administrators, counts.disabled_people)],
		[words.access, words.accessOf(counts.sessions, counts.tokens)],
		[words.projects, words.projectsOf(counts.projects, counts.archived_projects, counts.deleted_projects)],
		[words.tasks, words.count(counts.tasks)],
		[words.events, words.count(counts.events)],
		[words.audit, words.count(counts.audit_entries)],
	];
}

function waitingOf({ waiting }: InstanceOverview): Fact[] {
	const { active_webhooks, failing_webhooks, disabled_webhooks } = waiting;
	return [
		[words.mails, words.count(waiting.mails)],
		[words.failedMails, words.count(waiting.failed_mails)],
		[words.pushes, words.count(waiting.pushes)],
		[words.webhooks, words.webhooksOf(active_webhooks, failing_webhooks, disabled_webhooks)],
		[words.imports, words.count(waiting.imports)],
		[words.search, words.count(waiting.unindexed_projects)],
	];
}

function Facts({ id, title, facts, more }: { id: string; title: string; facts: Fact[]; more?: boolean }) {
	return (
		<section class={more ? "section" : undefined} aria-labelledby={id}>
			<h2 id={id} class="instance-title">
				{title}
			</h2>
			<dl class="instance-facts">
				{facts.map(([name, value]) => (
					<div key={name}>
						<dt>{name}</dt>
						<dd>{value}</dd>
					</div>
				))}
			</dl>
		</section>
	);
}

function Table({ label, heads, children }: { label: string; heads: string[]; children: ComponentChildren }) {
	return (
		// biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
		<section class="instance-table" tabIndex={0} aria-label={label}>
			<table>
				<thead>
					<tr>
						{heads.map((head) => (
							<th key={head} scope="col">
								{head}
							</th>
						))}
					</tr>
				</thead>
				<tbody>{children}</tbody>
			</table>
		</section>
	);
}
