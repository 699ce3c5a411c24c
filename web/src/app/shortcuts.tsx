import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import { Dialog } from "../components/dialog";
import { Checkbox } from "../components/field";
import { setSingleKeys, shown, singleKeys } from "../lib/actions/keys";
import { actions } from "../lib/actions/registry";
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
			onClose={() => {
				showingShortcuts.value = false;
			}}
		>
			<p class="soft">{shell.shortcutsHint}</p>
			{[...groups].map(([group, members]) => (
				<section key={group} class="shortcuts">
					<h3>{group}</h3>
					<dl>
						{members.map((action) => (
							<div key={action.id}>
								<dt>{action.label()}</dt>
								<dd>
									{shown(action.shortcut ?? "").map((key) => (
										<kbd key={key}>{key}</kbd>
									))}
								</dd>
							</div>
						))}
					</dl>
				</section>
			))}
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
