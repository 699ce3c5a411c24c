import { signal } from "@preact/signals";
import { lookForUpdate } from "../../platform/update";
import type { LanedBoard, Lanes } from "./lanes";
import type { Grouping } from "./lists";

const made = signal<((board: LanedBoard, by: Grouping) => Lanes) | undefined>(undefined);
let asked = false;
/** How long to wait before what did not come is asked for again, in ms. */
const again = 5000;

/** The lanes of a board; undefined until they have come, with the first address that has them. */
export function makeLanes(board: LanedBoard, by: Grouping): Lanes | undefined {
	if (!asked) ask();
	return made.value?.(board, by);
}

function ask(): void {
	asked = true;
	const loading = import("./lanes").then((m) => m.Lanes);
	loading.then(
		(Lanes) => {
			made.value = (board, by) => new Lanes(board, by);
		},
		() => {
			void lookForUpdate();
			setTimeout(ask, again);
		},
	);
}
