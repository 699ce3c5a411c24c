import { common } from "../../platform/i18n/common";
import { Button } from "../../ui/button";
import { task as words } from "./messages";

/** A text that Escape has put aside: it stays in sight until it is saved or discarded. */
export function Aside(props: { text: string; onBegin: () => void; onDiscard: () => void }) {
	return (
		<div class="task-aside">
			<p class="truncate" dir="auto">
				<span class="soft">{words.unsaved}</span> {props.text}
			</p>
			<Button tone="primary" onClick={props.onBegin}>
				{words.goOnWriting}
			</Button>
			<Button tone="ghost" onClick={props.onDiscard}>
				{common.discard}
			</Button>
		</div>
	);
}
