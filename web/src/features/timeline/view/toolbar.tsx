import { ArrowDownNarrowWide, CalendarCheck2, Diamond, SlidersHorizontal } from "lucide-preact";
import { FilterButton } from "../../../domain/filter/filter-button";
import { inGroups, perform } from "../../../platform/actions";
import { narrow } from "../../../platform/narrow";
import { Button, IconButton } from "../../../ui/button";
import { Menu } from "../../../ui/menu";
import { Segmented } from "../../../ui/segmented";
import { viewActions, viewGroups } from "../actions";
import { zooms } from "../draw/scale";
import { timeline } from "../messages";
import type { Plan } from "../model";
import { settings } from "../settings";
import { DependentsChoice } from "./dependents";

export function Toolbar({ plan }: { plan: Plan }) {
	return (
		<div class="tl-toolbar">
			<Segmented
				label={timeline.zoom}
				options={zooms.map((value) => ({ value, label: timeline.zooms[value] }))}
				value={settings.zoom.value}
				onPick={(zoom) => perform(`timeline.zoom.${zoom}`)}
			/>
			<Button
				tone="ghost"
				icon={CalendarCheck2}
				aria-label={timeline.toToday}
				title={timeline.toToday}
				onClick={() => perform("timeline.today")}
			>
				<span class="tl-wide">{timeline.today}</span>
			</Button>
			{narrow.value && <FilterButton filter={plan.filter} count={() => plan.rowOf.value.size} />}
			<ViewMenu />
			{plan.unsorted.value && (
				<IconButton
					icon={ArrowDownNarrowWide}
					label={timeline.sort}
					title={`${timeline.sort}. ${timeline.sortHint}`}
					onClick={() => perform("timeline.sort")}
				/>
			)}
			{plan.editable.value && <DependentsChoice />}
			{plan.editable.value && (
				<Button
					tone="plain"
					icon={Diamond}
					class="tl-new-milestone"
					aria-label={timeline.newMilestone}
					title={timeline.newMilestone}
					onClick={() => perform("milestone.create")}
				>
					<span class="tl-wide">{timeline.milestone}</span>
				</Button>
			)}
		</div>
	);
}

function ViewMenu() {
	return (
		<Menu
			label={timeline.view}
			actions={inGroups(viewActions(), viewGroups)}
			trigger={(props) => (
				<Button tone="ghost" icon={SlidersHorizontal} aria-label={timeline.view} {...props}>
					<span class="tl-wide">{timeline.view}</span>
				</Button>
			)}
		/>
	);
}
