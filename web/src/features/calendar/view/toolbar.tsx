import { ChevronLeft, ChevronRight, Inbox } from "lucide-preact";
import { FilterBar } from "../../../domain/filter/filter-bar";
import { FilterButton } from "../../../domain/filter/filter-button";
import { filters } from "../../../domain/filter/messages";
import { perform } from "../../../platform/actions";
import { narrow } from "../../../platform/narrow";
import { Button, IconButton } from "../../../ui/button";
import { Segmented } from "../../../ui/segmented";
import { calendar } from "../messages";
import type { CalendarModel } from "../model";
import { mode, modes, setMode, title } from "../place";
import { trayOpen } from "../settings";
import { Activity } from "./activity";

/** The filter, and which days are shown. */
export function Toolbar({ model }: { model: CalendarModel }) {
	const { filter } = model;
	return (
		<>
			{!narrow.value && <FilterBar filter={filter} />}
			<div class="cal-bar">
				<div class="cal-steps">
					<IconButton
						class="cal-step"
						data-step="earlier"
						icon={ChevronLeft}
						label={calendar.earlier[mode.value]}
						onClick={() => perform("calendar.earlier")}
					/>
					<IconButton
						class="cal-step"
						data-step="later"
						icon={ChevronRight}
						label={calendar.later[mode.value]}
						onClick={() => perform("calendar.later")}
					/>
				</div>
				<h2 id="cal-title" class="cal-title" aria-live="polite">
					{title.value}
				</h2>
				<Activity model={model} />
				<Button class="cal-today" onClick={() => perform("calendar.today")}>
					{calendar.today}
				</Button>
				<Segmented
					label={calendar.mode}
					value={mode.value}
					onPick={setMode}
					options={modes.map((value) => ({ value, label: calendar.modes[value] }))}
				/>
				{narrow.value ? (
					<FilterButton filter={filter} count={() => model.bars.value.size} />
				) : (
					<TrayButton model={model} />
				)}
			</div>
			<NothingMatches model={model} />
		</>
	);
}

function TrayButton({ model }: { model: CalendarModel }) {
	const open = trayOpen.value;
	return (
		<Button
			tone="ghost"
			class="cal-tray-button"
			icon={Inbox}
			aria-expanded={open}
			onClick={() => {
				trayOpen.value = !open;
			}}
		>
			{calendar.showTray(model.undated.value.length)}
		</Button>
	);
}

/** The region is there before the words: screen readers hear them. */
function NothingMatches({ model }: { model: CalendarModel }) {
	const { filter } = model;
	const isEmpty =
		filter.isSet && filter.isReady && model.bars.value.size === 0 && model.undated.value.length === 0;
	return (
		<div role="status" class="cal-none">
			{isEmpty && (
				<>
					<p>{filters.nothingMatches}</p>
					<Button onClick={() => perform("filter.clear")}>{filters.clear}</Button>
				</>
			)}
		</div>
	);
}
