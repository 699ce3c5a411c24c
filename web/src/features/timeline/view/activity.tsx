import { useOthersMoves } from "../../../domain/schedule/use-others-moves";
import { Avatar } from "../../../ui/avatar";
import { timeline } from "../messages";
import type { Plan } from "../model";

/** "Alice moved 3 tasks", for a few seconds; the bars glide to their new places. */
export function Activity({ plan }: { plan: Plan }) {
	const moves = useOthersMoves(plan, timeline.someoneMoved);
	if (!moves) return null;
	return (
		// Hidden from screen readers, because it is announced too.
		<span class="tl-activity" aria-hidden="true">
			<Avatar id={moves.who.id} name={moves.who.name} size="s" decorative />
			<span class="truncate">{moves.text}</span>
		</span>
	);
}
