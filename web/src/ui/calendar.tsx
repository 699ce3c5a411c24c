import type { Day } from "boardcast";
import { ChevronLeft, ChevronRight } from "lucide-preact";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { dayOf, monthOf, numberOf } from "../platform/days";
import { today } from "../platform/i18n/dates";
import { Button, IconButton } from "./button";
import { dayByKey } from "./day-keys";
import { dayText, monthText, weekdayText, wholeDay } from "./day-text";
import { ui } from "./messages";
import { mondayAfter, monthsLater } from "./typed-day";
import { weeksOf } from "./weeks";
import "./calendar.css";

interface Props {
	value: Day | null;
	onPick: (value: Day | null) => void;
	/** The day in the grid has the focus when the panel opens. */
	first?: boolean;
}

/** Days to pick from: shortcuts, and the grid of a month with the keys of the ARIA date picker. */
export function Calendar({ value, onPick, first }: Props) {
	const now = today();
	const days = new Map([
		[now, ui.today],
		[dayOf(numberOf(now) + 1), ui.tomorrow],
	]);
	// On a Sunday tomorrow is next Monday: each day once.
	const monday = dayOf(mondayAfter(numberOf(now)));
	if (!days.has(monday)) days.set(monday, ui.nextWeek);
	return (
		<div class="calendar">
			<div class="calendar-shortcuts">
				{[...days].map(([day, label]) => (
					<Button key={day} tone="ghost" onClick={() => onPick(day)}>
						<span>{label}</span>
						<span class="soft">{dayText(day)}</span>
					</Button>
				))}
				{value && (
					<Button tone="ghost" onClick={() => onPick(null)}>
						{ui.noDate}
					</Button>
				)}
			</div>
			<Month value={value} onPick={onPick} first={first ?? false} />
		</div>
	);
}

function Month({ value, onPick, first }: Required<Props>) {
	const now = numberOf(today());
	const picked = value === null ? undefined : numberOf(value);
	/** The day to which Tab comes and from which the keys go on. */
	const [at, setAt] = useState(picked ?? now);
	const table = useRef<HTMLTableElement>(null);
	const byKey = useRef(false);
	const id = useId();
	useLayoutEffect(() => {
		if (byKey.current) table.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
		byKey.current = false;
	}, [at]);
	const onKeyDown = (event: KeyboardEvent) => {
		const next = dayByKey(event, at);
		if (next === undefined) return;
		event.preventDefault();
		event.stopPropagation();
		byKey.current = true;
		setAt(next);
	};
	const weeks = weeksOf(at);
	return (
		<>
			<div class="calendar-head">
				<IconButton icon={ChevronLeft} label={ui.earlierMonth} onClick={() => setAt(monthsLater(at, -1))} />
				<span id={id} class="calendar-month" aria-live="polite">
					{monthText(dayOf(at))}
				</span>
				<IconButton icon={ChevronRight} label={ui.laterMonth} onClick={() => setAt(monthsLater(at, 1))} />
			</div>
			{/* biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a grid of days is a table, as in the ARIA date picker */}
			<table ref={table} role="grid" aria-labelledby={id} class="calendar-grid" onKeyDown={onKeyDown}>
				<thead>
					<tr>
						{(weeks[0] ?? []).map((day) => {
							const [short, long] = weekdayText(dayOf(day));
							return (
								<th key={day} scope="col" abbr={long}>
									<span aria-hidden="true">{short}</span>
									<span class="visually-hidden">{long}</span>
								</th>
							);
						})}
					</tr>
				</thead>
				<tbody>
					{weeks.map((week) => (
						<tr key={week[0]}>
							{week.map((day) => (
								// biome-ignore lint/a11y/useAriaPropsSupportedByRole: the cell of a grid is a gridcell
								<td key={day} aria-selected={day === picked}>
									<button
										type="button"
										class="calendar-day"
										tabIndex={day === at ? 0 : -1}
										data-first={(first && day === at) || undefined}
										data-other={monthOf(day) !== monthOf(at) || undefined}
										aria-current={day === now ? "date" : undefined}
										aria-label={wholeDay(dayOf(day))}
										onClick={() => onPick(dayOf(day))}
									>
										{Number(dayOf(day).slice(8))}
									</button>
								</td>
							))}
						</tr>
					))}
				</tbody>
			</table>
		</>
	);
}
