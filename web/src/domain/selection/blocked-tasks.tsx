import { X } from "lucide-preact";
import type { ProjectStore } from "../../live/store/project";
import { common } from "../../platform/i18n/common";
import { sentence } from "../../platform/i18n/errors";
import { Button, IconButton } from "../../ui/button";
import { nameOf } from "../task/names";
import { selection as words } from "./messages";
import type { Selection } from "./selection";

/** What stood in the way of the last change: it was refused for all tasks. */
export function BlockedTasks({ store, selection }: { store: ProjectStore; selection: Selection }) {
	const blocked = selection.blocked.value;
	return (
		<div role="alert">
			{blocked.length > 0 && (
				<div class="bulk-blocked">
					<div class="bulk-blocked-head">
						<p>{words.blocked}</p>
						<Button onClick={() => selection.without(blocked.map(({ task_id }) => task_id))}>
							{words.takeOut}
						</Button>
						<IconButton
							icon={X}
							label={common.dismiss}
							onClick={() => {
								selection.blocked.value = [];
							}}
						/>
					</div>
					<ul>
						{blocked.map(({ task_id, number, code, detail }) => (
							<li key={task_id}>
								<strong>{number !== null && nameOf(store, { number })}</strong>{" "}
								<span dir="auto">{store.tables.tasks.get(task_id)?.title}</span>:{" "}
								{words.codes[code as keyof typeof words.codes] ?? sentence(detail)}
							</li>
						))}
					</ul>
				</div>
			)}
		</div>
	);
}
