import type { Task } from "boardcast";
import { toast } from "../../platform/toasts";
import { later } from "./later";
import type { ProjectFilter } from "./project-filter";

/** Says that the filter hides tasks that were just added, with a way to see them. Returns whether it does. */
export function tellHidden(filter: ProjectFilter, added: readonly Task[], show?: () => void): boolean {
	const hidden = added.filter((task) => !filter.matches.peek()(task)).length;
	if (hidden === 0) return false;
	const run = () => {
		filter.clear();
		show?.();
	};
	toast({
		text: later.hidden(hidden),
		offer: { label: hidden === 1 ? later.showIt : later.showThem, run },
		project: filter.store.id,
	});
	return true;
}
