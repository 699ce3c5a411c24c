import { CircleHelp } from "lucide-preact";
import { useRef, useState } from "preact/hooks";
import { IconButton } from "../../../components/button";
import { Popover } from "../../../components/popover";
import { Segmented } from "../../../components/segmented";
import { timeline } from "../../../lib/messages/timeline";
import type { Dependents } from "../plan/moves";
import { settings } from "../settings";

const all: readonly Dependents[] = ["keep", "push", "shift"];

/** What a move does to the tasks that wait: always in sight, because it decides what a drag means. */
export function DependentsChoice() {
	const [open, setOpen] = useState(false);
	const anchor = useRef<HTMLDivElement>(null);
	return (
		<div class="tl-dependents" ref={anchor} title={timeline.dependentsHint[settings.dependents.value]}>
			<span class="soft" aria-hidden="true">
				{timeline.dependentsShort}
			</span>
			<Segmented
				label={timeline.dependents}
				options={all.map((value) => ({ value, label: timeline.dependentsOf[value] }))}
				value={settings.dependents.value}
				onPick={(value) => {
					settings.dependents.value = value;
				}}
			/>
			<IconButton
				icon={CircleHelp}
				label={timeline.dependentsHelp}
				aria-expanded={open}
				onClick={() => setOpen(!open)}
			/>
			{open && (
				<Popover
					label={timeline.dependentsHelp}
					anchor={() => anchor.current}
					onClose={() => setOpen(false)}
					wide
				>
					<div class="tl-panel">
						{all.map((value) => (
							<p key={value}>{timeline.dependentsHint[value]}</p>
						))}
						<p class="soft">{timeline.completedStay}</p>
					</div>
				</Popover>
			)}
		</div>
	);
}
