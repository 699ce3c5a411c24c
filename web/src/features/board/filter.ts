import type { Task } from "../../lib/api/types";

/** What is looked for; it lives in the address, so that it can be sent to somebody and survives a reload. */
export interface Filter {
	text: string;
	/** Ids of people; `me` stands for whoever looks. */
	assignees: readonly string[];
	labels: readonly string[];
}

export const nobody = "none";
const me = "me";

export function readFilter(query: URLSearchParams): Filter {
	const list = (name: string) => (query.get(name) ?? "").split(",").filter(Boolean);
	return { text: query.get("q") ?? "", assignees: list("assignee"), labels: list("label") };
}

/** As changes to the query; null takes a parameter away. */
export function writeFilter(filter: Filter): Record<string, string | null> {
	const list = (ids: readonly string[]) => (ids.length > 0 ? ids.join(",") : null);
	return { q: filter.text || null, assignee: list(filter.assignees), label: list(filter.labels) };
}

export function isEmpty(filter: Filter): boolean {
	return filter.text === "" && filter.assignees.length === 0 && filter.labels.length === 0;
}

export function isMine(filter: Filter): boolean {
	return filter.assignees.length === 1 && filter.assignees[0] === me;
}
export function mine(filter: Filter): Filter {
	return { ...filter, assignees: isMine(filter) ? [] : [me] };
}

export function toggled(ids: readonly string[], id: string): string[] {
	return ids.includes(id) ? ids.filter((other) => other !== id) : [...ids, id];
}

/** Any of the people, any of the labels, all of the words. */
export function matcher(filter: Filter, user: string, key: string): (task: Task) => boolean {
	const words = filter.text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
	const people = new Set(filter.assignees.map((id) => (id === me ? user : id)));
	const labels = new Set(filter.labels);
	return (task) => {
		if (people.size > 0) {
			const theirs = task.assignee_ids.some((id) => people.has(id));
			if (!theirs && !(people.has(nobody) && task.assignee_ids.length === 0)) return false;
		}
		if (labels.size > 0 && !task.label_ids.some((id) => labels.has(id))) return false;
		const text = `${key}-${task.number} ${task.title}`.toLocaleLowerCase();
		return words.every((word) => text.includes(word));
	};
}
