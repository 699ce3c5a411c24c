import type { Activity } from "boardcast";

/** What one person did in one go, the newest first. */
export interface Group {
	actor: Activity["actor"];
	items: Activity[];
}

/** Neighbours that are further apart are no longer in one go, in ms. */
const minutes = 10 * 60_000;

/** Puts neighbours of one person together; `within` is how far apart they may be. */
export function grouped(items: readonly Activity[], within = minutes): Group[] {
	const groups: Group[] = [];
	for (const item of items) {
		const group = groups.at(-1);
		const last = group?.items.at(-1);
		const isSame =
			group &&
			last &&
			(group.actor?.id ?? null) === (item.actor?.id ?? null) &&
			// What a program did in a person's name stands apart from what the person did.
			group.actor?.via === item.actor?.via;
		if (isSame && Date.parse(last.at) - Date.parse(item.at) <= within) group.items.push(item);
		else groups.push({ actor: item.actor, items: [item] });
	}
	return groups;
}

/** What a program did in one go in a person's name, or an import. */
export interface Run {
	from: number;
	to: number;
	actor: string;
	/** What the causes of its events begin with, where all begin so. */
	cause?: string;
}

/** What the server puts before the causes of agents and of imports. */
const brought = /^(mcp:|import:[^:]*)/;

/** The run that a group is, of several events. */
export function runOf({ actor, items }: Group): Run | undefined {
	const [newest, oldest] = [items[0], items.at(-1)];
	if (!actor || !newest || !oldest || items.length < 2) return undefined;
	const run = { from: oldest.seq, to: newest.seq, actor: actor.id };
	const cause = brought.exec(newest.cause ?? "")?.[0];
	if (cause !== undefined && items.every((item) => item.cause?.startsWith(cause))) return { ...run, cause };
	return actor.via === undefined ? undefined : run;
}

/** A day in the time zone of the browser, as `YYYY-MM-DD`. */
function dayOf(at: string): string {
	const date = new Date(at);
	const two = (part: number) => String(part).padStart(2, "0");
	return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** By day, the newest first, and in each by person, in the order in which they happened. */
export function byDay(items: readonly Activity[], within = minutes): { day: string; groups: Group[] }[] {
	const days = new Map<string, Activity[]>();
	for (const item of items) {
		const day = dayOf(item.at);
		const ofDay = days.get(day);
		if (ofDay) ofDay.push(item);
		else days.set(day, [item]);
	}
	return [...days].map(([day, ofDay]) => ({ day, groups: grouped(ofDay, within) }));
}
