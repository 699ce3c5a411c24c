import { lookForUpdate } from "../../platform/update";
import type * as Parts from "./dnd";

/** How long to wait before what did not come is asked for again, in ms. */
const again = 5000;

let parts: typeof Parts | undefined;
let coming: Promise<typeof Parts> | undefined;

/** Asks until they come: all that wait for them begin then. */
function load(): Promise<typeof Parts> {
	return import("./dnd").catch(async () => {
		// The server is gone for a moment, or newer: then the page offers to load again.
		void lookForUpdate();
		await new Promise((resolve) => setTimeout(resolve, again));
		return load();
	});
}

/**
 * Runs `start` once the parts that drag have come; returns how to stop. They are not waited for: a board is read, and worked
 * with by keys, without them.
 */
export function withDnd(start: (parts: typeof Parts) => () => void): () => void {
	let stop = () => {};
	let isOver = false;
	if (parts) stop = start(parts);
	else {
		coming ??= load();
		void coming.then((come) => {
			parts = come;
			if (!isOver) stop = start(come);
		});
	}
	return () => {
		isOver = true;
		stop();
	};
}
