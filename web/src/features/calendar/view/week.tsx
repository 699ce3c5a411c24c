import { Diamond, Plus } from "lucide-preact";
import { dayOf, numberOf, weekdayOf } from "../../../platform/days";
import { today, weekend } from "../../../platform/i18n/dates";
import { dayNumber, wholeDay } from "../../../ui/day-text";
import { fitted, type Segment, segmentsOf } from "../grid/lanes";
import { calendar } from "../messages";
import type { CalendarModel } from "../model";
import { isOwn } from "../place";
import { CellBox, RowBox } from "./boxes";
import { TaskBar } from "./task-bar";

interface Props {
	days: readonly number[];
	/** So many lanes have room. */
	most: number;
	model: CalendarModel;
}

/** Seven days. A task stands in the cell of its first day of the week, and reaches over those behind it. */
export function Week({ days, most, model }: Props) {
	const start = days[0] ?? 0;
	const segments = segmentsOf(model.bars.value, start, model.dragged.value?.id);
	const { shown, hidden } = fitted(segments, most);
	const lanes = Math.min(most, Math.max(0, ...segments.map(({ lane }) => lane + 1)));
	return (
		<RowBox class="cal-week" data-week={start} style={{ "--lanes": lanes }}>
			{days.map((day, index) => (
				<Day
					key={day}
					day={day}
					model={model}
					segments={shown.filter(({ from }) => from === index)}
					hidden={hidden[index] ?? 0}
					count={segments.filter(({ from, to }) => from <= index && to >= index).length}
				/>
			))}
		</RowBox>
	);
}

interface DayProps {
	day: number;
	model: CalendarModel;
	/** Those that begin here, or go on from the week before. */
	segments: readonly Segment[];
	hidden: number;
	count: number;
}

function Day({ day, model, segments, hidden, count }: DayProps) {
	const name = dayOf(day);
	const isStop = model.stop.value === day;
	const dragged = model.dragged.value?.bar;
	const isOver = dragged && dragged.start <= day && dragged.due >= day;
	return (
		<CellBox
			class="cal-day"
			data-day={day}
			data-other={!isOwn(day) || undefined}
			data-over={isOver || undefined}
			data-weekend={weekend.includes(weekdayOf(day)) || undefined}
			tabIndex={isStop ? 0 : -1}
			aria-current={day === numberOf(today()) ? "date" : undefined}
			aria-label={calendar.dayIs(wholeDay(name), count)}
			onClick={(event) => {
				if (!(event.target as Element).closest("a, button")) model.openDay(day, true);
			}}
		>
			<div class="cal-day-head">
				<span class="cal-number" aria-hidden="true">
					{dayNumber(name)}
				</span>
				{model.milestones.value.get(day)?.map(({ id, name }) => (
					<span key={id} class="cal-milestone" title={calendar.milestone(name)}>
						<Diamond size={12} aria-hidden="true" />
						<span class="truncate" dir="auto">
							{name}
						</span>
					</span>
				))}
				{model.editable.value && <Plus size={14} class="cal-plus" aria-hidden="true" />}
			</div>
			{segments.map((segment) => (
				<TaskBar
					key={segment.id}
					segment={segment}
					model={model}
					isTabbed={isCovered(segment, model.stop.value - day + segment.from)}
				/>
			))}
			{hidden > 0 && (
				<button
					type="button"
					class="cal-more"
					tabIndex={isStop ? 0 : -1}
					aria-label={calendar.moreOn(hidden, wholeDay(name))}
					onClick={() => model.openDay(day, false)}
				>
					{calendar.more(hidden)}
				</button>
			)}
		</CellBox>
	);
}

/** Whether a day of the same week, counted from its first one, is one of the segment's. */
const isCovered = ({ from, to }: Segment, day: number) => day >= from && day <= to;
