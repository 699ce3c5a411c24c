import { ArrowDownNarrowWide, CalendarCheck2, Diamond, SlidersHorizontal } from "lucide-preact";
import { Button, IconButton } from "../../../components/button";
import { Menu, type MenuItem } from "../../../components/menu";
import { Segmented } from "../../../components/segmented";
import { perform } from "../../../lib/actions/registry";
import { timeline } from "../../../lib/messages/timeline";
import { zooms } from "../draw/scale";
import type { Plan } from "../model";
import type { Grouped } from "../plan/rows";
import { type Coloured, settings } from "../settings";
import { DependentsChoice } from "./dependents";

const groupings: readonly Grouped[] = ["none", "column", "milestone", "assignee"];
const colourings: readonly Coloured[] = ["column", "label", "assignee"];
const shows = ["critical", "slack", "arrows", "table"] as const;

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
			<ViewMenu />
			{plan.unsorted.value && (
				<IconButton
					icon={ArrowDownNarrowWide}
					label={timeline.sort}
					title={`${timeline.sort}. ${timeline.sortHint}`}
					onClick={() => plan.sort()}
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
					onClick={(event) => {
						plan.panel.value = { kind: "new milestone", day: plan.today.peek(), at: event.currentTarget };
					}}
				>
					<span class="tl-wide">{timeline.milestone}</span>
				</Button>
			)}
		</div>
	);
}

function ViewMenu() {
	const choice = <V extends string>(
		values: readonly V[],
		words: Record<V, string>,
		setting: { value: V },
	): MenuItem[] =>
		values.map((value) => ({
			label: words[value],
			checked: setting.value === value,
			run: () => {
				setting.value = value;
			},
		}));
	const toggles = shows.map((name) => ({
		label: timeline.show[name],
		checked: settings[name].value,
		run: () => {
			settings[name].value = !settings[name].peek();
		},
	}));
	return (
		<Menu
			label={timeline.view}
			items={[
				choice(groupings, timeline.groupedBy, settings.grouped),
				choice(colourings, timeline.colouredBy, settings.coloured),
				toggles,
			]}
			trigger={(props) => (
				<Button tone="ghost" icon={SlidersHorizontal} aria-label={timeline.view} {...props}>
					<span class="tl-wide">{timeline.view}</span>
				</Button>
			)}
		/>
	);
}
