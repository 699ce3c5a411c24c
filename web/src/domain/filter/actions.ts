import type { Action } from "../../platform/actions";
import { narrow } from "../../platform/narrow";
import { isMine, me } from "./filter";
import { filterField } from "./filter-words";
import { filters as words } from "./messages";
import type { ProjectFilter } from "./project-filter";

/** What a view with a filter registers: keys for its words and for what is mine, and the way back to all. */
export function filterActions(filter: ProjectFilter): Action[] {
	const group = () => words.group;
	return [
		{
			id: "filter.words",
			label: () => words.focusWords,
			group,
			shortcut: "f",
			run: () => {
				if (narrow.peek()) filter.sheet.value = "words";
				else document.getElementById(filterField)?.focus();
			},
		},
		{
			id: "filter.mine",
			label: () => words.toggleMine,
			group,
			shortcut: "q",
			run: () => filter.change({ assignee: isMine(filter.value) ? [] : [me] }),
		},
		{
			id: "filter.clear",
			label: () => words.clearAction,
			group,
			enabled: () => filter.isSet,
			run: () => filter.clear(),
		},
	];
}
