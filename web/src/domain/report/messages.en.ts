import { plural } from "../../platform/i18n/language";

const tasks = (count: number) => plural("en", count, { one: "task", other: "tasks" });

/** Of the small plots of a project, which show the last four weeks. */
export const report = {
	reportsOf: (project: string) => `Reports of ${project}.`,
	names: { burnup: "Burn-up", throughput: "Throughput", flow: "Flow" },
	burnup: (done: number, all: number) => `${done} of ${tasks(all)} done`,
	throughput: (created: number, completed: number) =>
		`${tasks(created)} created and ${completed} completed in four weeks`,
	flow: (columns: readonly string[]) => `Now ${new Intl.ListFormat("en").format(columns)}`,
	inColumn: (name: string, count: number) => `${count} in ${name}`,
};
