import { activity } from "./messages";

type Kind =
	| "project"
	| "member"
	| "column"
	| "task"
	| "timeline"
	| "checklist_item"
	| "dependency"
	| "comment"
	| "attachment"
	| "label"
	| "milestone"
	| "view";

type Topic = keyof typeof activity.kinds;

/** What the server's kinds are called together. */
const topics: Record<Topic, readonly Kind[]> = {
	tasks: ["task", "timeline"],
	checklists: ["checklist_item"],
	comments: ["comment"],
	files: ["attachment"],
	board: ["column", "label"],
	plan: ["milestone", "dependency"],
	members: ["member"],
	project: ["project", "view"],
};

export const topicOptions = [
	{ value: "", label: activity.everything },
	...(Object.keys(topics) as Topic[]).map((value) => ({
		value: value as string,
		label: activity.kinds[value],
	})),
];

export interface Wanted {
	/** Of whom; of all people when empty. */
	person: string;
	/** About what; about everything when empty. */
	topic: Topic | "";
}

export function readWanted(query: URLSearchParams): Wanted {
	const topic = query.get("about") ?? "";
	return { person: query.get("by") ?? "", topic: topic in topics ? (topic as Topic) : "" };
}

export function queryOf({ person, topic }: Wanted): { actor?: string; kind?: Kind[] } {
	return { ...(person ? { actor: person } : {}), ...(topic ? { kind: [...topics[topic]] } : {}) };
}
