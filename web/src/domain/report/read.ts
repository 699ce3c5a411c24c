// What the server makes of a project's log in numbers, by the names of its addresses.
import type { Ageing, Burnup, CumulativeFlow, CycleTime, Throughput, Workload } from "boardcast";
import { api, body } from "../../platform/api";

/** The reports, in the order in which they are shown. */
export const kinds = ["burnup", "throughput", "cycle-time", "cumulative-flow", "workload", "ageing"] as const;

export interface Reports {
	burnup: Burnup;
	throughput: Throughput;
	"cycle-time": CycleTime;
	"cumulative-flow": CumulativeFlow;
	workload: Workload;
	ageing: Ageing;
}
export type ReportKind = keyof Reports;

/** Over which days, in which steps, and of which tasks. */
export interface Asked {
	from: string;
	to: string;
	interval: "day" | "week";
	label?: string;
	assignee?: string;
	milestone?: string;
}

type Read<K extends ReportKind> = (project: string, asked: Asked) => Promise<Reports[K]>;

/** Days begin where the browser is. */
const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;
const params = (project: string, asked: Asked) => ({
	params: { path: { project }, query: { ...asked, zone: zone() } },
});

export const readers: { [K in ReportKind]: Read<K> } = {
	burnup: (project, asked) => body(api.GET("/projects/{project}/reports/burnup", params(project, asked))),
	throughput: (project, asked) =>
		body(api.GET("/projects/{project}/reports/throughput", params(project, asked))),
	"cycle-time": (project, asked) =>
		body(api.GET("/projects/{project}/reports/cycle-time", params(project, asked))),
	"cumulative-flow": (project, asked) =>
		body(api.GET("/projects/{project}/reports/cumulative-flow", params(project, asked))),
	workload: (project, asked) => body(api.GET("/projects/{project}/reports/workload", params(project, asked))),
	ageing: (project, asked) => body(api.GET("/projects/{project}/reports/ageing", params(project, asked))),
};
