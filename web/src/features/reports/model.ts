import { byPosition } from "boardcast";
import { columnHue } from "../../domain/column/hue";
import { ReportFeed } from "../../domain/report/feed";
import { type Asked, kinds, type ReportKind, type Reports, readers } from "../../domain/report/read";
import { task as taskWords } from "../../domain/task/messages";
import { addressOf } from "../../live/projects";
import type { ProjectStore } from "../../live/store/project";
import { onWake } from "../../platform/clock";
import { href } from "../../platform/route";
import { reports as words } from "./messages";
import { tellWorkload } from "./told/people";
import { tellAgeing, tellCycleTime } from "./told/tasks";
import { tellBurnup, tellFlow, tellThroughput } from "./told/time";
import type { Names, Told } from "./told/told";

type Feeds = { [K in ReportKind]: ReportFeed<Asked, Reports[K]> };

/** The reports of one project, each read by itself: one that fails takes no other with it. */
export class ReportsModel {
	readonly feeds: Feeds;
	#asked: Asked | undefined;

	constructor(readonly store: ProjectStore) {
		const feed = <K extends ReportKind>(kind: K) =>
			new ReportFeed<Asked, Reports[K]>((asked) => readers[kind](store.id, asked));
		this.feeds = {
			burnup: feed("burnup"),
			throughput: feed("throughput"),
			"cycle-time": feed("cycle-time"),
			"cumulative-flow": feed("cumulative-flow"),
			workload: feed("workload"),
			ageing: feed("ageing"),
		};
	}

	/** Follows the project; returns how to stop. */
	start(): () => void {
		const all = kinds.map((kind) => this.feeds[kind]);
		if (this.#asked) this.ask(this.#asked);
		const stops = [
			this.store.onApplied(() => {
				for (const feed of all) feed.tell();
			}),
			onWake(() => {
				for (const feed of all) feed.seen();
			}),
		];
		return () => {
			for (const stop of stops) stop();
			for (const feed of all) feed.stop();
		};
	}

	ask(asked: Asked): void {
		this.#asked = asked;
		for (const kind of kinds) this.feeds[kind].ask(asked);
	}

	/** What a report says; null when there is nothing to show, undefined when it has not been read. Subscribes to it. */
	told(kind: ReportKind): Told | null | undefined {
		const names = namesOf(this.store);
		const { feeds } = this;
		if (!feeds[kind].found.value) return undefined;
		const report = <K extends ReportKind>(of: K) => feeds[of].found.value?.report as Reports[K];
		const tell = {
			burnup: () => tellBurnup(report("burnup")),
			throughput: () => tellThroughput(report("throughput")),
			"cycle-time": () => tellCycleTime(report("cycle-time"), names),
			"cumulative-flow": () => tellFlow(report("cumulative-flow"), names),
			workload: () => tellWorkload(report("workload"), names),
			ageing: () => {
				const usual = feeds["cycle-time"].found.value?.report.percentiles;
				return tellAgeing(report("ageing"), usual, columnsOf(this.store), names);
			},
		};
		return tell[kind]() ?? null;
	}
}

const sorted = (store: ProjectStore) => store.tables.columns.all().sort(byPosition);
const columnsOf = (store: ProjectStore) => sorted(store).map(({ id }) => id);

function namesOf(store: ProjectStore): Names {
	const project = store.tables.project.get(store.id);
	const address = project ? addressOf(project) : store.id;
	const columns = sorted(store);
	return {
		numbered: (number) => taskWords.numbered(project?.key ?? "", number),
		task: (number) => href({ name: "project", key: address, view: "board", task: number }),
		person: (id) => store.tables.members.get(id)?.name ?? words.formerMember,
		column: (id) => store.tables.columns.get(id)?.name ?? words.deletedColumn,
		hue: ({ id, kind }) => {
			const column = columns.find((one) => one.id === id);
			return column ? columnHue(column, columns) : kind === "done" ? "done" : "none";
		},
	};
}
