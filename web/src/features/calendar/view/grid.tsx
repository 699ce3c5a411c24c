import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { dayOf } from "../../../platform/days";
import { weekdayText } from "../../../ui/day-text";
import { cancelDrag } from "../gestures/commit";
import { dayKeys } from "../gestures/keys";
import type { CalendarModel } from "../model";
import { mode, weeks } from "../place";
import { GridBox, GroupBox, HeadBox, RowBox } from "./boxes";
import { Week } from "./week";

/** The days as a grid of weeks. */
export function Grid({ model }: { model: CalendarModel }) {
	const root = useRef<HTMLDivElement>(null);
	const most = useLanes(root);
	useWantedDay(model, root);
	useWantedTask(model, root);
	useEffect(() => {
		// A press elsewhere puts a lifted task back.
		const onPress = () => {
			if (model.dragged.peek()?.lifted) cancelDrag(model);
		};
		document.addEventListener("pointerdown", onPress);
		return () => document.removeEventListener("pointerdown", onPress);
	}, [model]);
	const all = weeks.value;
	return (
		<GridBox
			boxRef={root}
			aria-labelledby="cal-title"
			aria-describedby="cal-keys"
			aria-readonly={!model.editable.value || undefined}
			class="cal-grid"
			data-mode={mode.value}
			data-dragging={model.dragged.value !== null || undefined}
			onKeyDown={(event) => dayKeys(model, event)}
			onFocusCapture={(event) => onFocus(model, event.target as HTMLElement)}
		>
			<RowBox class="cal-head">
				{(all[0] ?? []).map((day) => {
					const [short, long] = weekdayText(dayOf(day));
					return (
						<HeadBox key={day} class="cal-weekday">
							<span aria-hidden="true">{short}</span>
							<span class="visually-hidden">{long}</span>
						</HeadBox>
					);
				})}
			</RowBox>
			<GroupBox class="cal-weeks">
				{all.map((days) => (
					<Week key={days[0]} days={days} most={most} model={model} />
				))}
			</GroupBox>
		</GridBox>
	);
}

/** In the week view, which scrolls. */
const mostInWeek = 50;

/** How many lanes of tasks a week has room for. */
function useLanes(root: { current: HTMLElement | null }): number {
	const [most, setMost] = useState(3);
	const isWeek = mode.value === "week";
	const count = weeks.value.length;
	useLayoutEffect(() => {
		const body = root.current?.querySelector<HTMLElement>(".cal-weeks");
		if (!body || isWeek) return undefined;
		const measure = () => {
			const style = getComputedStyle(body);
			const size = (name: string) => Number.parseFloat(style.getPropertyValue(name)) * rem();
			const room = body.clientHeight / count - size("--cal-top") - rem() / 4;
			setMost(Math.max(2, Math.floor(room / size("--cal-lane"))));
		};
		measure();
		const resized = new ResizeObserver(measure);
		resized.observe(body);
		return () => resized.disconnect();
	}, [isWeek, count]);
	return isWeek ? mostInWeek : most;
}

const rem = () => Number.parseFloat(getComputedStyle(document.documentElement).fontSize);

/** After the rendering: the focus goes to the day that the keys have reached. */
function useWantedDay(model: CalendarModel, root: { current: HTMLElement | null }): void {
	const day = model.stop.value;
	const start = weeks.value[0]?.[0];
	useLayoutEffect(() => {
		const { wanted } = model;
		if (!wanted || !("day" in wanted) || wanted.day !== day) return;
		model.wanted = undefined;
		root.current?.querySelector<HTMLElement>(`[data-day="${day}"]`)?.focus();
	}, [day, start]);
}

/** A task that is dropped on a crowded day may have no room: the focus goes to the day. */
function useWantedTask(model: CalendarModel, root: { current: HTMLElement | null }): void {
	const bars = model.bars.value;
	const isMoving = model.dragged.value !== null;
	useLayoutEffect(() => {
		const { wanted } = model;
		const bar = wanted && "task" in wanted ? bars.get(wanted.task) : undefined;
		// What has room has taken the focus by now.
		const day = bar && !isMoving && root.current?.querySelector<HTMLElement>(`[data-day="${bar.start}"]`);
		if (!day) return;
		model.wanted = undefined;
		day.focus();
	}, [bars, isMoving]);
}

/** What has the focus is where the keys go on. */
function onFocus(model: CalendarModel, target: HTMLElement): void {
	const at = Number(target.closest<HTMLElement>("[data-day]")?.dataset["day"]);
	if (Number.isNaN(at)) return;
	const task = target.closest<HTMLElement>("[data-task]")?.dataset["task"];
	const bar = task === undefined ? undefined : model.bars.peek().get(task);
	const stop = model.stop.peek();
	// A task over several days lies on the present one too.
	if (!bar || stop < bar.start || stop > bar.due) model.goTo(at);
}
