import { useOthersMoves } from "../../../domain/schedule/use-others-moves";
import { Avatar } from "../../../ui/avatar";
import { calendar } from "../messages";
import type { CalendarModel } from "../model";

/** "Alice moved 3 tasks", for a few seconds; the tasks shine up in their new places. */
export function Activity({ model }: { model: CalendarModel }) {
	const moves = useOthersMoves(model, calendar.someoneMoved);
	if (!moves) return null;
	return (
		// Hidden from screen readers, because it is announced too.
		<span class="cal-activity" aria-hidden="true">
			<Avatar id={moves.who.id} name={moves.who.name} size="s" decorative />
			<span class="truncate">{moves.text}</span>
		</span>
	);
}
