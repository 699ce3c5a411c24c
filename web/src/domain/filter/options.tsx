import { byPosition } from "boardcast";
import { Circle, CircleCheck } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { Avatar } from "../../ui/avatar";
import { Dot } from "../../ui/chip";
import { assignable } from "../member/assignable";
import { task as taskWords } from "../task/messages";
import { priorities } from "../task/priorities";
import { PriorityMark } from "../task/priority-mark";
import { dueChoices, type FilterKind, me, none } from "./filter";
import { later } from "./later";
import { filters as words } from "./messages";
import type { ProjectFilter } from "./project-filter";

export interface Option {
	id: string;
	label: string;
	picture?: ComponentChildren;
}

const recentChoices = ["today", "week", "month"] as const;
const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);

/** What may be chosen of a kind. */
export function optionsOf({ store, user, value }: ProjectFilter, kind: FilterKind): Option[] {
	const { tables } = store;
	const nothing = { id: none, label: later.none[kind as keyof typeof later.none] };
	switch (kind) {
		case "assignee": {
			const face = (id: string, name: string) => <Avatar id={id} name={name} size="s" decorative />;
			const others = assignable(tables.members.all(), value.assignee).filter(({ id }) => id !== user.id);
			const people = others.map(({ id, name }) => ({ id, label: name, picture: face(id, name) }));
			return [{ id: me, label: words.mine, picture: face(user.id, user.name) }, ...people, nothing];
		}
		case "label":
			return [
				...tables.labels
					.all()
					.sort(byName)
					.map(({ id, name, colour }) => ({ id, label: name, picture: <Dot colour={colour} /> })),
				nothing,
			];
		case "priority":
			return priorities.map((id) => ({
				id,
				label: taskWords.priorityName(id),
				picture: <PriorityMark priority={id} decorative />,
			}));
		case "due":
			return dueChoices.map((id) => ({ id, label: later.due[id] }));
		case "milestone":
			return [
				...tables.milestones
					.all()
					.sort(byName)
					.map(({ id, name }) => ({ id, label: name })),
				nothing,
			];
		case "column":
			return tables.columns
				.all()
				.sort(byPosition)
				.map(({ id, name }) => ({ id, label: name }));
		case "is":
			return (["open", "done"] as const).map((id) => {
				const Icon = id === "open" ? Circle : CircleCheck;
				return { id, label: later.is[id], picture: <Icon size={14} aria-hidden="true" /> };
			});
		case "created":
		case "updated":
			return recentChoices.map((id) => ({ id, label: later.recent[id] }));
	}
}

/** Without any label or milestone there is nothing to choose. */
export function canChoose({ store: { tables } }: ProjectFilter, kind: FilterKind): boolean {
	if (kind === "label") return tables.labels.all().length > 0;
	return kind !== "milestone" || tables.milestones.all().length > 0;
}
