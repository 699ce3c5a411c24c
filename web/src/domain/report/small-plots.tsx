import type { Burnup, CumulativeFlow, ProjectEvent, Throughput } from "boardcast";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { addressOf } from "../../live/projects";
import { listen } from "../../live/stream";
import { dayNow, onWake } from "../../platform/clock";
import { href } from "../../platform/route";
import { Spark } from "../../ui/plot/spark";
import { daysAfter } from "../task/due";
import { ReportFeed } from "./feed";
import { report as words } from "./messages";
import { type Asked, readers } from "./read";
import { takingTurns } from "./turns";
import "./small-plots.css";

interface Props {
	project: { id: string; key: string; name: string };
}

interface Three {
	burnup: Burnup;
	throughput: Throughput;
	flow: CumulativeFlow;
}

/** Today and the days before it, in all. */
const days = 28;

/** The last four weeks of a project in three small plots, which lead to its reports. Read when they come into sight, and live. */
export function SmallPlots({ project }: Props) {
	const { id } = project;
	const ref = useRef<HTMLAnchorElement>(null);
	const isSeen = useSeen(ref);
	const feed = useMemo(
		() => new ReportFeed<Asked, Three>((asked) => takingTurns(() => readThree(id, asked))),
		[id],
	);
	const today = dayNow.value;
	useEffect(() => {
		if (!isSeen) return undefined;
		feed.ask({ from: daysAfter(today, 1 - days), to: today, interval: "day" });
		const stops = [
			listen("event", (data) => {
				if ((data as ProjectEvent).project === id) feed.tell();
			}),
			onWake(feed.seen),
		];
		return () => {
			for (const stop of stops) stop();
			feed.stop();
		};
	}, [feed, isSeen, today]);
	// Without them the rest of the project is there: a failure is not shown.
	const three = feed.found.value?.report;
	return (
		<a
			ref={ref}
			class="small-plots"
			href={href({ name: "project", key: addressOf(project), view: "reports" })}
		>
			<span class="visually-hidden">{words.reportsOf(project.name)}</span>
			{three && <Drawn three={three} />}
		</a>
	);
}

async function readThree(project: string, asked: Asked): Promise<Three> {
	const [burnup, throughput, flow] = await Promise.all([
		readers.burnup(project, asked),
		readers.throughput(project, asked),
		readers["cumulative-flow"](project, asked),
	]);
	return { burnup, throughput, flow };
}

function Drawn({ three: { burnup, throughput, flow } }: { three: Three }) {
	const last = burnup.points.at(-1) ?? { done: 0, scope: 0 };
	const sum = (of: "created" | "completed") => throughput.points.reduce((all, point) => all + point[of], 0);
	const now = flow.points.at(-1)?.counts ?? [];
	// What is done lies at the ground, and what is open on it.
	const isDone = flow.columns.map(({ kind }) => kind === "done");
	const upTo = (which: (at: number) => boolean) =>
		flow.points.map(({ counts }) => counts.reduce((all, count, at) => (which(at) ? all + count : all), 0));
	const active = flow.columns.map(({ kind }) => kind === "active");
	return (
		<>
			<Small
				name={words.names.burnup}
				label={words.burnup(last.done, last.scope)}
				lines={[
					{ ink: "text-soft", values: burnup.points.map(({ scope }) => scope) },
					{ ink: "bar-done", values: burnup.points.map(({ done }) => done), filled: true },
				]}
			/>
			<Small
				name={words.names.throughput}
				label={words.throughput(sum("created"), sum("completed"))}
				lines={[
					{ ink: "bar-0", values: week(throughput.points.map(({ created }) => created)) },
					{ ink: "bar-done", values: week(throughput.points.map(({ completed }) => completed)) },
				]}
			/>
			<Small
				name={words.names.flow}
				label={words.flow(flow.columns.map(({ name }, at) => words.inColumn(name, now[at] ?? 0)))}
				lines={[
					{ ink: "bar", values: upTo(() => true), filled: true },
					{ ink: "bar-1", values: upTo((at) => isDone[at] || active[at] || false), filled: true },
					{ ink: "bar-done", values: upTo((at) => isDone[at] ?? false), filled: true },
				]}
			/>
		</>
	);
}

function Small({ name, ...spark }: { name: string } & Parameters<typeof Spark>[0]) {
	return (
		<span class="small-plot">
			<Spark {...spark} />
			<span class="small-plot-name" aria-hidden="true">
				{name}
			</span>
		</span>
	);
}

/** Single days go up and down: each shows the mean of the week that ends with it, or of the first one. */
function week(values: readonly number[]): number[] {
	return values.map((_, at) => {
		const end = Math.max(7, at + 1);
		const some = values.slice(end - 7, end);
		return some.reduce((all, value) => all + value, 0) / some.length;
	});
}

/** Whether it has been in sight. */
function useSeen(ref: { current: Element | null }): boolean {
	const [isSeen, setSeen] = useState(false);
	useEffect(() => {
		const element = ref.current;
		if (!element) return undefined;
		const observer = new IntersectionObserver((entries) => {
			if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
			setSeen(true);
			observer.disconnect();
		});
		observer.observe(element);
		return () => observer.disconnect();
	}, []);
	return isSeen;
}
