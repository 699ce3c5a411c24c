import { ChevronDown } from "lucide-preact";
import { dependents, manners } from "../../../domain/schedule/dependents";
import { inGroups } from "../../../platform/actions";
import { Button } from "../../../ui/button";
import { Menu } from "../../../ui/menu";
import { viewActions } from "../actions";
import { timeline } from "../messages";

const dependentsGroup = manners.map((value) => `timeline.dependents.${value}`);

/** What a move does to the dependents. Its choice is always visible, because it decides what a drag does. */
export function DependentsChoice() {
	const chosen = dependents.value;
	const name = timeline.dependents(timeline.dependentsOf[chosen]);
	return (
		<Menu
			label={timeline.dependentsHelp}
			actions={inGroups(viewActions(), [dependentsGroup])}
			header={
				<>
					<p>{timeline.dependentsHelp}</p>
					<p class="soft">{timeline.completedStay}</p>
				</>
			}
			trigger={(props) => (
				<Button tone="ghost" class="tl-dependents" title={timeline.dependentsDo[chosen]} {...props}>
					{name}
					<ChevronDown size={14} aria-hidden="true" />
				</Button>
			)}
		/>
	);
}
