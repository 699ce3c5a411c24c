import { useState } from "preact/hooks";
import { type Action, actions } from "../platform/actions";
import { setSingleKeys, shown, singleKeys } from "../platform/keys";
import { Dialog } from "../ui/dialog";
import { Checkbox } from "../ui/field";
import { later } from "./later";
import { shell } from "./messages";
import { showingShortcuts } from "./overlays";
import "./shortcuts.css";

/** All shortcuts of the registered actions. */
export function Shortcuts() {
	const [single, setSingle] = useState(singleKeys);
	const groups = Map.groupBy(reachable(actions.value), (action) => action.group());
	return (
		<Dialog
			title={shell.shortcuts}
			wide
			onClose={() => {
				showingShortcuts.value = false;
			}}
		>
			<p class="soft">{later.shortcutsHint}</p>
			<div class="shortcuts">
				{[...groups].map(([group, members]) => (
					<Group key={group} title={group} members={members} />
				))}
			</div>
			<Checkbox
				label={later.singleKeys}
				checked={single}
				onPick={(on) => {
					setSingleKeys(on);
					setSingle(on);
				}}
			/>
		</Dialog>
	);
}

/** The actions with a key. Of those that share one the newest has it, as when it is pressed. */
function reachable(all: readonly Action[]): Action[] {
	const newest = new Map(all.map((action) => [action.shortcut, action]));
	return all.filter((action) => {
		const winner = action.shortcut && newest.get(action.shortcut);
		return winner && (winner === action || winner.label() === action.label());
	});
}

/** Shortcuts of the same label share a line. */
function Group({ title, members }: { title: string; members: readonly Action[] }) {
	const lines = Map.groupBy(members, (action) => action.label());
	return (
		<section>
			<h3>{title}</h3>
			<dl>
				{[...lines].map(([label, same]) => (
					<div key={label}>
						<dt>{label}</dt>
						{[...new Set(same.map(({ shortcut = "" }) => shortcut))].map((shortcut) => (
							<dd key={shortcut}>
								{shown(shortcut).map((key, index) => (
									<kbd key={index}>{key}</kbd>
								))}
							</dd>
						))}
					</div>
				))}
			</dl>
		</section>
	);
}
