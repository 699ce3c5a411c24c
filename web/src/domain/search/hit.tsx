// What a search has found: the palette and the search's own page show it alike.
import type { FoundTask } from "boardcast";
import { Circle, CircleCheck, type LucideIcon, MessageSquare, Paperclip } from "lucide-preact";
import { href, type ProjectView } from "../../platform/route";
import "./hit.css";

/** Of the found text itself: a task may be found by several of its comments. */
export const idOfHit = ({ task_id, comment_id, attachment_id }: FoundTask) =>
	comment_id ?? attachment_id ?? task_id;

/** A comment is opened in its task, a file by its task. `key` is how addresses name the project. */
export function addressOfHit(
	{ number, comment_id }: Pick<FoundTask, "number" | "comment_id">,
	key: string,
	view: ProjectView = "board",
): string {
	const path = href({ name: "project", key, view, task: number });
	return comment_id ? `${path}#comment-${comment_id}` : path;
}

export function iconOfHit({ kind, completed }: Pick<FoundTask, "kind" | "completed">): LucideIcon {
	if (kind === "comment") return MessageSquare;
	if (kind === "attachment") return Paperclip;
	return completed ? CircleCheck : Circle;
}

/** Whether the snippet says what the title says already. */
export const isTitle = ({ kind, title, snippet }: FoundTask) =>
	kind === "task" && snippet.map(({ text }) => text).join("") === title;

export function Snippet({ parts }: { parts: FoundTask["snippet"] }) {
	return parts.map(({ text, hit }, index) =>
		hit ? (
			<mark key={index} class="hit-mark">
				{text}
			</mark>
		) : (
			<span key={index}>{text}</span>
		),
	);
}
