import { api, body } from "../platform/api";
import { policy, user } from "./session";
import { onFrame, stopStream } from "./stream";

/** Learn of a second factor that is required from now on: the server ends the stream then. Returns how to stop. */
export function watchPolicy(): () => void {
	return onFrame(({ event, data }) => {
		if (event === "bye" && data.includes('"session"')) void checkPolicy();
	});
}

/** Read again what the policy means for the user; what does not come is read at the next start. */
async function checkPolicy(): Promise<void> {
	const answer = await body(api.GET("/session")).catch(() => undefined);
	if (!answer || answer.user.id !== user.peek()?.id) return;
	policy.value = answer.policy;
	if (answer.policy.second_factor_missing) stopStream();
}
