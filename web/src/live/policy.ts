import type { OwnPolicy } from "boardcast";
import { base } from "../platform/api";
import { policy } from "./session";
import { onFrame, stopStream } from "./stream";

/** A session that goes on under a new id has its new cookie by then. In ms. */
const settling = 1000;

/** Learn of a second factor that is required from now on: the server ends the stream then. Returns how to stop. */
export function watchPolicy(): () => void {
	let timer: ReturnType<typeof setTimeout> | undefined;
	const stop = onFrame(({ event, data }) => {
		if (event !== "bye" || !data.includes('"session"')) return;
		clearTimeout(timer);
		timer = setTimeout(() => void ask(), settling);
	});
	return () => {
		clearTimeout(timer);
		stop();
	};
}

/** Not by the client of the API: whether the session has ended is what the stream finds out when it comes back. */
async function ask(): Promise<void> {
	const answer = await fetch(`${base}/session`).catch(() => undefined);
	if (!answer?.ok) return;
	const { policy: own }: { policy: OwnPolicy } = await answer.json();
	policy.value = own;
	if (own.second_factor_missing) stopStream();
}
