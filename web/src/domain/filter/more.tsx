import { Popover } from "../../ui/popover";
import { moreKinds } from "./filter";
import { Group } from "./groups";
import { filters as words } from "./messages";
import type { ProjectFilter } from "./project-filter";

interface Props {
	filter: ProjectFilter;
	anchor: () => HTMLElement | null;
	onClose: () => void;
}

/** The kinds that have no button of their own in the bar. */
export function More({ filter, anchor, onClose }: Props) {
	return (
		<Popover label={words.more} anchor={anchor} onClose={onClose} wide>
			<div class="filter-more">
				{moreKinds.map((kind) => (
					<Group key={kind} filter={filter} kind={kind} />
				))}
			</div>
		</Popover>
	);
}
