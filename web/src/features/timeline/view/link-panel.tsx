import { Trash2 } from "lucide-preact";
import { useState } from "preact/hooks";
import { Button } from "../../../components/button";
import { TextField } from "../../../components/field";
import { Popover } from "../../../components/popover";
import type { Dependency } from "../../../lib/api/types";
import { common } from "../../../lib/messages/common";
import { timeline } from "../../../lib/messages/timeline";
import { names, setLag, unlink } from "../edit/dependencies";
import { roomOf } from "../plan/slack";
import { isBroken } from "../words";
import type { PanelProps } from "./panels";

const most = 365;

/** One dependency: how many days lie in between, and the way to be rid of it. */
export function LinkPanel({ plan, dependency, anchor, onClose }: PanelProps & { dependency: Dependency }) {
	const [text, setText] = useState(String(dependency.lag_days));
	const [task, other] = names(plan, dependency);
	const room = roomOf(dependency, plan.bars.value) ?? 0;
	const number = Number(text);
	const fits = text.trim() !== "" && Number.isInteger(number) && Math.abs(number) <= most;
	const save = (event: Event) => {
		event.preventDefault();
		if (!fits) return;
		setLag(plan, dependency, number);
		onClose();
	};
	return (
		<Popover label={timeline.dependency} anchor={anchor} onClose={onClose}>
			<form class="tl-panel" onSubmit={save}>
				<p class="tl-panel-title">{timeline.waitsFor(task, other)}</p>
				{isBroken(plan, dependency) && <p class="tl-panel-broken">{timeline.broken(-room)}</p>}
				<TextField
					label={timeline.lag}
					hint={timeline.lagHint}
					type="number"
					min={-most}
					max={most}
					step={1}
					value={text}
					onText={setText}
				/>
				<div class="tl-panel-foot">
					<Button
						tone="danger"
						icon={Trash2}
						onClick={() => {
							onClose();
							unlink(plan, dependency);
						}}
					>
						{common.remove}
					</Button>
					<Button type="submit" tone="primary" disabled={!fits}>
						{common.save}
					</Button>
				</div>
			</form>
		</Popover>
	);
}
