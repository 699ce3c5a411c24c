import { useMemo, useState } from "preact/hooks";
import { Button } from "../../ui/button";
import { counted } from "./counts";
import { type FilterKind, me, toggled } from "./filter";
import { later } from "./later";
import { canChoose, type Option, optionsOf } from "./options";
import type { ProjectFilter } from "./project-filter";
import "./groups.css";

/** So many choices of a group are shown at first, and those that are picked. */
const most = 12;

interface Props {
	filter: ProjectFilter;
	kind: FilterKind;
}

/** All choices of a kind beside each other, with how many tasks each would show. */
export function Group({ filter, kind }: Props) {
	const [isWhole, setWhole] = useState(false);
	const counts = useMemo(() => counted(filter, kind), [filter, kind, filter.value]);
	if (!canChoose(filter, kind)) return null;
	const options = optionsOf(filter, kind);
	// The own id is the same as `me`, which stands for every reader of the address.
	const picked = filter.value[kind].map((id) => (kind === "assignee" && id === filter.user.id ? me : id));
	const shown = options.filter(({ id }, index) => isWhole || index < most || picked.includes(id));
	const toggle = ({ id }: Option) => filter.change({ [kind]: toggled(picked, id) });
	return (
		<fieldset class="filter-group">
			<legend>{later.kinds[kind]}</legend>
			{shown.map((option) => (
				<button
					key={option.id}
					type="button"
					class="filter-choice"
					aria-pressed={picked.includes(option.id)}
					title={later.count(counts.get(option.id) ?? 0)}
					onClick={() => toggle(option)}
				>
					{option.picture}
					<span class="truncate" dir="auto">
						{option.label}
					</span>
					<span class="filter-choice-count" aria-hidden="true">
						{counts.get(option.id) ?? 0}
					</span>
				</button>
			))}
			{shown.length < options.length && (
				<Button tone="ghost" onClick={() => setWhole(true)}>
					{later.showAll(options.length)}
				</Button>
			)}
		</fieldset>
	);
}
