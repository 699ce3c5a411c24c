import type { Activity } from "boardcast";
import type { ProjectRights } from "../project/rights";

/** What no undo brings back: the server refuses it. */
const final = new Set(["project", "member", "comment", "attachment", "view"]);
/** What is managers' to change, and so to undo. */
const managed = new Set(["column", "label"]);
const comesOrGoes = /^milestone\.(created|deleted|undone)$/;

/** Whether an entry gets an undo button. The server decides; the page leaves out what it would refuse whatever the state. */
export function mayUndo({ type }: Pick<Activity, "type">, rights: ProjectRights): boolean {
	const [noun = ""] = type.split(".");
	if (final.has(noun)) return false;
	return managed.has(noun) || comesOrGoes.test(type) ? rights.manage : rights.write;
}
