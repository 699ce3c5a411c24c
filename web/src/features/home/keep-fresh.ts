import { loadProjects, projects } from "../../live/projects";
import { listen } from "../../live/stream";

/** Events come in bursts: the list is read once for all that come within so many ms. */
const pause = 1000;

/** While the list is shown its numbers are those of now; returns how to stop. */
export function keepFresh(): () => void {
	let timer: ReturnType<typeof setTimeout> | undefined;
	// A list that was read for another page may be old; the first one is being read already.
	if (projects.peek()) void loadProjects();
	const stop = listen("event", () => {
		timer ??= setTimeout(() => {
			timer = undefined;
			void loadProjects();
		}, pause);
	});
	return () => {
		clearTimeout(timer);
		stop();
	};
}
