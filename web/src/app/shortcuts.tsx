import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import { Dialog } from "../components/dialog";
import { Checkbox } from "../components/field";
import { setSingleKeys, shown, singleKeys } from "../lib/actions/keys";
import { type Action, actions } from "../lib/actions/registry";
import { shell } from "../lib/messages/shell";
import "./shortcuts.css";

export const showingShortcuts = signal(false);

/** Every key that does something now, read from the registered actions. */
export function Shortcuts() {
	const [single, setSingle] = useState(singleKeys);
	const groups = Map.groupBy(
		actions.value.filter((action) => action.shortcut),
		(action) => action.group(),
	);
	return (
		<Dialog
			title={shell.shortcuts}
			wide
			onClose={() => {
				showingShortcuts.value = false;
			}}
		>
			<p class="soft">{shell.shortcutsHint}</p>
			<div class="shortcuts">
				{[...groups].map(([group, members]) => (
					<Group key={group} title={group} members={members} />
				))}
			</div>
			<Checkbox
				label={shell.singleKeys}
				checked={single}
				onPick={(on) => {
					setSingleKeys(on);
					setSingle(on);
				}}
			/>
		</Dialog>
	);
}

/** Two keys that do the same share a line. */
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
