import type { Activity } from "boardcast";
import { activity as words } from "./messages";
import type { Names } from "./names";
import { mark, sentencesOf } from "./sentences";

/** An entry as one sentence: "Bob moved WEB-3 Paint from To do to Doing". `others` know what `names` do not. */
export function spoken(item: Activity, names: Names, others = names): string {
	const id = item.task_id ?? (item.kind === "tasks" ? item.object_id : null);
	const named = id ? (names.task(id) ?? others.task(id)) : undefined;
	const titled = item.kind === "tasks" && item.name ? words.titled(item.name) : undefined;
	const task = named ?? titled ?? words.aTask;
	const { name = words.rule, via } = item.actor ?? {};
	const who = via ? `${name} ${words.via} ${via}` : name;
	const said = sentencesOf(item, names, false).map(({ text }) => text.replace(mark, () => task));
	return `${who} ${words.list(said)}`;
}
