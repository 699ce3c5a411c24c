// What runs behind the first screen while a user is signed in.
import { startInbox } from "../domain/notification/start-inbox";
import { followVisits } from "../domain/project/visits";

/** Returns how to stop. */
export function startBehind(user: string): () => void {
	const stops = [startInbox(), followVisits(user)];
	return () => {
		for (const stop of stops) stop();
	};
}
