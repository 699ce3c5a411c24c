import type { View } from "../../live/store/replay";

/** Whether completing a task takes it to the first column of kind `done`. */
export function movesCompleted(view: View): boolean {
	return view.all("project")[0]?.move_completed ?? true;
}
