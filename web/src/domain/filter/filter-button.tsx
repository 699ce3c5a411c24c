import { SlidersHorizontal } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { Button } from "../../ui/button";
import { cx } from "../../ui/cx";
import { countOf } from "./filter";
import { filters as words } from "./messages";
import { FilterSheet, preloadFilter } from "./parts";
import type { ProjectFilter } from "./project-filter";

interface Props {
	filter: ProjectFilter;
	/** How many tasks the view shows now. */
	count: () => number;
	/** What the sheet has below the choices. */
	children?: ComponentChildren;
}

/** On a phone: all filters behind one button, which says how many are set. */
export function FilterButton({ filter, count: shown, children }: Props) {
	const count = countOf(filter.value);
	const open = filter.sheet.value !== undefined;
	useEffect(preloadFilter, []);
	return (
		<search class="filter-phone" aria-label={words.filter}>
			<Button
				class={cx("filter-open", count > 0 && "bar-on")}
				icon={SlidersHorizontal}
				aria-haspopup="dialog"
				aria-expanded={open}
				aria-label={words.filterWith(count)}
				onClick={() => {
					filter.sheet.value = "choices";
				}}
			>
				{words.filter}
				{count > 0 && <span class="filter-count">{count}</span>}
			</Button>
			{open && (
				<FilterSheet filter={filter} count={shown}>
					{children}
				</FilterSheet>
			)}
		</search>
	);
}
