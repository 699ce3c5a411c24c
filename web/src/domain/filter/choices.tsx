import { useMemo } from "preact/hooks";
import { Combobox } from "../../ui/combobox";
import { Popover } from "../../ui/popover";
import { counted } from "./counts";
import { type FilterKind, toggled } from "./filter";
import { filters as words } from "./messages";
import { optionsOf } from "./options";
import type { ProjectFilter } from "./project-filter";

interface Props {
	filter: ProjectFilter;
	kind: FilterKind;
	anchor: () => HTMLElement | null;
	onClose: () => void;
}

/** The list that a button of the filter opens. */
export function Choices({ filter, kind, anchor, onClose }: Props) {
	const picked = filter.value[kind];
	const label = words.filterBy[kind] ?? words.filter;
	const options = optionsOf(filter, kind);
	const counts = useMemo(() => counted(filter, kind), [filter, kind, filter.value]);
	return (
		<Popover label={label} anchor={anchor} onClose={onClose}>
			<Combobox
				label={label}
				picked={picked}
				choices={options.map((option) => ({ ...option, count: counts.get(option.id) ?? 0 }))}
				onToggle={(id) => filter.change({ [kind]: toggled(picked, id) })}
			/>
		</Popover>
	);
}
