import { type Dependency, limits } from "boardcast";
import { Trash2 } from "lucide-preact";
import { useState } from "preact/hooks";
import { setLag, unlinkTasks } from "../../../domain/dependency/commands";
import { lagIn } from "../../../domain/dependency/lag";
import { dependency as words } from "../../../domain/dependency/messages";
import { namesOf } from "../../../domain/dependency/names";
import { common } from "../../../platform/i18n/common";
import { Button } from "../../../ui/button";
import { TextField } from "../../../ui/field";
import { Form } from "../../../ui/form";
import { Popover } from "../../../ui/popover";
import { isBroken } from "../describe";
import { timeline } from "../messages";
import { roomOf } from "../plan/slack";
import type { PanelProps } from "./panel-props";

/** The panel of one dependency: its lag, and a button that removes it. */
export function LinkPanel({ plan, dependency, anchor, onClose }: PanelProps & { dependency: Dependency }) {
	const [text, setText] = useState(String(dependency.lag_days));
	const [task, other] = namesOf(plan.store, dependency);
	const room = roomOf(dependency, plan.bars.value) ?? 0;
	const number = lagIn(text);
	const [isTold, setTold] = useState(false);
	const save = () => {
		setTold(number === undefined);
		if (number === undefined) return;
		setLag(plan.store, dependency, number);
		onClose();
	};
	return (
		<Popover label={timeline.dependency} anchor={anchor} onClose={onClose}>
			<Form class="tl-panel" onSubmit={save}>
				<p class="tl-panel-title">{timeline.waitsFor(task, other)}</p>
				{isBroken(plan, dependency) && <p class="tl-panel-broken">{timeline.broken(-room)}</p>}
				<TextField
					label={timeline.lag}
					hint={timeline.lagHint}
					inputMode="numeric"
					value={text}
					onText={setText}
					error={isTold && number === undefined ? words.lagWrong(limits.SetDependency.lag_days) : undefined}
				/>
				<div class="tl-panel-foot">
					<Button
						tone="danger"
						icon={Trash2}
						onClick={() => {
							onClose();
							unlinkTasks(plan.store, dependency);
						}}
					>
						{common.remove}
					</Button>
					<Button type="submit" tone="primary">
						{common.save}
					</Button>
				</div>
			</Form>
		</Popover>
	);
}
