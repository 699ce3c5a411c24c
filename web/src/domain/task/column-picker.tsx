import { byPosition } from "boardcast";
import { useState } from "preact/hooks";
import type { ProjectStore } from "../../live/store/project";
import { Combobox } from "../../ui/combobox";
import { Segmented } from "../../ui/segmented";
import { later } from "./later";
import { type ColumnEnd, ends } from "./place";
import "./picker.css";

interface Props {
	store: ProjectStore;
	label: string;
	picked: readonly string[];
	onPick: (column: string, end: ColumnEnd) => void;
}

/** Into which column, and to which end of it. */
export function ColumnPicker({ store, label, picked, onPick }: Props) {
	const [end, setEnd] = useState<ColumnEnd>("last");
	const columns = store.tables.columns.all().sort(byPosition);
	return (
		<>
			<Combobox
				label={label}
				placeholder={later.findColumn}
				picked={picked}
				choices={columns.map(({ id, name }) => ({ id, label: name }))}
				onToggle={(column) => onPick(column, end)}
			/>
			<div class="picker-foot">
				<Segmented
					label={later.placeInColumn}
					value={end}
					onPick={setEnd}
					options={ends.map((value) => ({ value, label: later.ends[value] }))}
				/>
			</div>
		</>
	);
}
