import { useLostFocus } from "../../../ui/use-lost-focus";
import { type CalendarModel, elementOf } from "../model";

/**
 * The focus follows its task when another person moves it, as it is another element in another cell. A task that is gone, or is
 * not on the shown days any more, leaves the focus to its day.
 */
export function KeptFocus({ model }: { model: CalendarModel }) {
	const [bars, undated] = [model.bars.value, model.undated.value];
	useLostFocus(
		(element) => {
			const found = element.closest<HTMLElement>(".cal [data-task], .cal [data-day]");
			// The days have heard of it before, and moved their stop there.
			return found ? { task: found.dataset["task"] ?? "", day: model.stop.peek() } : undefined;
		},
		[bars, undated],
		({ task, day }) => {
			const at = (day: number | undefined) => document.querySelector<HTMLElement>(`.cal [data-day="${day}"]`);
			const element = elementOf(task) ?? at(model.bars.peek().get(task)?.start) ?? at(day);
			element?.focus({ preventScroll: true });
			element?.scrollIntoView({ block: "nearest" });
		},
	);
	return null;
}
