import type { Day } from "boardcast";
import { CalendarDays } from "lucide-preact";
import { useRef, useState } from "preact/hooks";
import { IconButton } from "./button";
import { Calendar } from "./calendar";
import { Frame } from "./field";
import { ui } from "./messages";
import { Popover } from "./popover";
import { useTypedDay } from "./use-typed-day";
import "./day-field.css";

interface Props {
	label: string;
	bare?: boolean;
	value: Day | null;
	hint?: string | undefined;
	onPick: (value: Day | null) => void;
}

/** A day, or none (null): typed in words, or picked from a calendar, which the button or the arrow down opens. */
export function DayField({ label, bare, value, hint, onPick }: Props) {
	const box = useRef<HTMLDivElement>(null);
	const [open, setOpen] = useState(false);
	const typed = useTypedDay({ value, onPick });
	return (
		<Frame label={label} hint={typed.meaning ?? hint} error={typed.error} bare={bare ?? false}>
			{(described) => (
				<div class="day-field" ref={box}>
					<input
						class="input"
						{...typed.field}
						{...described}
						placeholder={ui.noDate}
						onFocus={(event) => event.currentTarget.select()}
						onKeyDown={(event) => {
							if (typed.onKeyDown(event) || event.key !== "ArrowDown") return;
							event.preventDefault();
							setOpen(true);
						}}
					/>
					<IconButton
						icon={CalendarDays}
						label={ui.openCalendar(label)}
						aria-haspopup="dialog"
						aria-expanded={open}
						onClick={() => setOpen(true)}
					/>
					{open && (
						<Popover label={ui.openCalendar(label)} anchor={() => box.current} onClose={() => setOpen(false)}>
							<Calendar
								value={value}
								first
								onPick={(day) => {
									typed.forget();
									setOpen(false);
									if (day !== value) onPick(day);
								}}
							/>
						</Popover>
					)}
				</div>
			)}
		</Frame>
	);
}

/** The same as the content of a panel: a field that says what it has understood, and the calendar below it. */
export function DayPanel({
	label,
	value,
	onPick,
	typed: begun,
}: Pick<Props, "label" | "value" | "onPick"> & {
	/** The beginning of the text, typed before the panel was there. */
	typed?: string | undefined;
}) {
	const typed = useTypedDay({ value, onPick, begun });
	const panel = useRef<HTMLDivElement>(null);
	return (
		<div class="day-panel" ref={panel}>
			<Frame label={label} hint={typed.meaning} error={typed.error} bare>
				{(described) => (
					<input
						class="input"
						{...typed.field}
						{...described}
						onFocus={({ currentTarget }) => begun === undefined && currentTarget.select()}
						// Leaving the field for the calendar is not the end of it.
						onBlur={undefined}
						onKeyDown={(event) => {
							if (typed.onKeyDown(event) || event.key !== "ArrowDown") return;
							event.preventDefault();
							panel.current?.querySelector<HTMLElement>('.calendar-day[tabindex="0"]')?.focus();
						}}
					/>
				)}
			</Frame>
			<Calendar
				value={value}
				onPick={(day) => {
					typed.forget();
					onPick(day);
				}}
			/>
		</div>
	);
}
