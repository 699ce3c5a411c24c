import { base } from "../../platform/api";

/** What a table can list, in the order in which they are offered. */
export const exportKinds = [
	"tasks",
	"comments",
	"checklist_items",
	"dependencies",
	"attachments",
	"columns",
	"labels",
	"milestones",
	"people",
] as const;
export type ExportKind = (typeof exportKinds)[number];

/** Where a project is as a file. A plain link to it is sent as it is read, and named by the server. */
export function exportAddress(project: string, format: "json" | "csv", kind: ExportKind = "tasks"): string {
	const search = new URLSearchParams(format === "json" ? { format } : { format, kind });
	return `${base}/projects/${project}/export?${search}`;
}
