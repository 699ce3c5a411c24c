import { setQuery } from "../../platform/router";
import { Checkbox, SelectField } from "../../ui/field";
import { Popover } from "../../ui/popover";
import { cardParts } from "./display";
import { lanes as words } from "./lane-words";
import { groupings } from "./lists";
import type { BoardModel } from "./model";
import "./display-panel.css";

interface Props {
	board: BoardModel;
	anchor: () => Element | null;
	onClose: () => void;
}

/** How the board is shown: its lanes, which the address keeps, and what cards have, which each person chooses. */
export function DisplayPanel({ board, anchor, onClose }: Props) {
	const { display } = board;
	return (
		<Popover label={words.display} anchor={anchor} onClose={onClose}>
			<div class="display">
				<SelectField
					label={words.lanesBy}
					value={board.group.value ?? "none"}
					onPick={(group) => setQuery({ group: group === "none" ? null : group })}
					options={(["none", ...groupings] as const).map((value) => ({ value, label: words.groups[value] }))}
				/>
				<fieldset class="display-parts">
					<legend>{words.cards}</legend>
					{cardParts.map((part) => (
						<Checkbox
							key={part}
							label={words.parts[part]}
							checked={display.shows(part)}
							onPick={() => display.toggle(part)}
						/>
					))}
				</fieldset>
			</div>
		</Popover>
	);
}
