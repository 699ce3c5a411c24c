import { ChevronDown, ChevronRight } from "lucide-preact";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { columnHue } from "../../../domain/column/hue";
import { dayOf, numberOf } from "../../../platform/days";
import { today } from "../../../platform/i18n/dates";
import { dayNumber, weekdayText, wholeDay } from "../../../ui/day-text";
import { dayKeys } from "../gestures/keys";
import { calendar } from "../messages";
import type { CalendarModel } from "../model";
import { isOwn, weeks } from "../place";
import { CellBox, GridBox, HeadBox, RowBox } from "./boxes";
import { DayList } from "./day-list";
import { TaskLine } from "./task-line";

const mostDots = 3;

/** On a phone a day has dots for its tasks, and the tasks of the chosen one stand below. */
export function Phone({ model }: { model: CalendarModel }) {
	const root = useRef<HTMLDivElement>(null);
	const day = model.stop.value;
	const all = weeks.value;
	useLayoutEffect(() => {
		const { wanted } = model;
		if (!wanted || !("day" in wanted) || wanted.day !== day) return;
		model.wanted = undefined;
		root.current?.querySelector<HTMLElement>(`[data-day="${day}"]`)?.focus();
	}, [day, all[0]?.[0]]);
	const name = wholeDay(dayOf(day));
	return (
		<div class="cal-phone">
			<GridBox
				boxRef={root}
				aria-labelledby="cal-title"
				class="cal-dots"
				onKeyDown={(event) => dayKeys(model, event)}
			>
				<RowBox class="cal-dots-row">
					{(all[0] ?? []).map((one) => {
						const [short, long] = weekdayText(dayOf(one));
						return (
							<HeadBox key={one} class="cal-weekday">
								<span aria-hidden="true">{short}</span>
								<span class="visually-hidden">{long}</span>
							</HeadBox>
						);
					})}
				</RowBox>
				{all.map((days) => (
					<RowBox key={days[0]} class="cal-dots-row">
						{days.map((one) => (
							<Day key={one} day={one} model={model} />
						))}
					</RowBox>
				))}
			</GridBox>
			<section class="cal-agenda" aria-label={name}>
				<h2 class="cal-panel-title">{name}</h2>
				<DayList day={day} model={model} isAdding={false} />
			</section>
			<Undated model={model} />
		</div>
	);
}

function Day({ day, model }: { day: number; model: CalendarModel }) {
	const tasks = model.tasksOn(day);
	const isChosen = model.stop.value === day;
	return (
		<CellBox
			class="cal-dots-day"
			data-day={day}
			data-other={!isOwn(day) || undefined}
			tabIndex={isChosen ? 0 : -1}
			aria-selected={isChosen}
			aria-current={day === numberOf(today()) ? "date" : undefined}
			aria-label={calendar.dayIs(wholeDay(dayOf(day)), tasks.length)}
			onClick={() => model.goTo(day)}
		>
			<span class="cal-number" aria-hidden="true">
				{dayNumber(dayOf(day))}
			</span>
			<span class="cal-dots-of" aria-hidden="true">
				{tasks.slice(0, mostDots).map(({ id, column_id }) => {
					const column = model.store.tables.columns.get(column_id);
					return (
						<span
							key={id}
							class="cal-dot"
							data-hue={column ? columnHue(column, model.columns.value) : "none"}
						/>
					);
				})}
			</span>
		</CellBox>
	);
}

/** Those without a date: given one by a button, as nothing can be dragged here. */
function Undated({ model }: { model: CalendarModel }) {
	const [isOpen, setOpen] = useState(false);
	const id = useId();
	const tasks = model.undated.value;
	if (tasks.length === 0) return null;
	const Chevron = isOpen ? ChevronDown : ChevronRight;
	return (
		<section class="cal-agenda">
			<button
				type="button"
				class="cal-undated"
				aria-expanded={isOpen}
				aria-controls={id}
				onClick={() => setOpen(!isOpen)}
			>
				<Chevron size={16} aria-hidden="true" />
				{calendar.showTray(tasks.length)}
			</button>
			<ul id={id} class="cal-lines" hidden={!isOpen}>
				{isOpen && tasks.slice(0, 100).map((task) => <TaskLine key={task.id} task={task} model={model} />)}
			</ul>
		</section>
	);
}
