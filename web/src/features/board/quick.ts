import type { Priority } from "../../lib/api/types";

interface Named {
	id: string;
	name: string;
}
export interface Quick {
	title: string;
	assignee_ids?: string[];
	label_ids?: string[];
	priority?: Priority;
}

const priorities: Record<string, Priority> = {
	urgent: "urgent",
	high: "high",
	medium: "medium",
	low: "low",
};

/** `Draw a logo #design @bob !high`: words with a sign that name nothing known stay in the title. */
export function parseQuick(line: string, people: readonly Named[], labels: readonly Named[]): Quick {
	const assignees = new Set<string>();
	const tags = new Set<string>();
	let priority: Priority | undefined;
	const words = line.split(/\s+/).filter((word) => {
		const name = word.slice(1);
		if (name === "") return word !== "";
		const found = word[0] === "@" ? find(people, name) : word[0] === "#" ? find(labels, name) : undefined;
		if (found && word[0] === "@") assignees.add(found.id);
		if (found && word[0] === "#") tags.add(found.id);
		const pressing = word[0] === "!" ? priorities[name.toLowerCase()] : undefined;
		priority = pressing ?? priority;
		return !found && !pressing;
	});
	// A line of signs only is a title after all.
	if (words.length === 0) return { title: line.trim() };
	return {
		title: words.join(" "),
		...(assignees.size > 0 ? { assignee_ids: [...assignees] } : {}),
		...(tags.size > 0 ? { label_ids: [...tags] } : {}),
		...(priority ? { priority } : {}),
	};
}

/** By the whole name, or the first of several words: `@bob` is Bob Miller. */
function find(all: readonly Named[], name: string): Named | undefined {
	const plain = (text: string) => text.toLocaleLowerCase().replace(/\s+/g, "-");
	const wanted = plain(name);
	return (
		all.find((one) => plain(one.name) === wanted) ??
		all.find((one) => plain(one.name).split("-")[0] === wanted)
	);
}

const bullet = /^\s*(?:[-*•]\s+(?:\[[ x]\]\s+)?|\d+[.)]\s+)?/;
export const most = 100;

/** The tasks in a pasted list: a line each, without bullets and empty lines. */
export function linesOf(text: string): string[] {
	return text
		.split(/\r?\n/)
		.map((line) => line.replace(bullet, "").trim())
		.filter(Boolean);
}
