// Opens the page without an answer of the server: as it was, and asks for the session until there is an answer.
import type { ConnectionState, ProjectSummary, User } from "boardcast";
import { notedUser, probablySignedIn } from "../session-hint";
import { allOfIt, setAsOf } from "./as-of";
import { readKnown } from "./database";
import { isUnverified } from "./state";

interface Page {
	/** False when an answer has come meanwhile. */
	show(user: User, projects: ProjectSummary[]): boolean;
	/** Asks for the session once more. */
	again(): Promise<void>;
	/** What is told of the connection meanwhile. */
	tell(state: ConnectionState): void;
	/** Calls back when the network may be there again, or the person does not want to wait; returns how to stop. */
	onRetry(retry: () => void): () => void;
}

const longestPause = 30_000;

/** False where nothing is known of a user who may still be signed in. */
export async function openLast(page: Page): Promise<boolean> {
	const user = notedUser();
	const known = user !== null && probablySignedIn() ? await readKnown(user) : undefined;
	if (!known || !page.show(known.user, known.projects)) return false;
	setAsOf(allOfIt, known.at);
	void askAgain(page);
	return true;
}

async function askAgain({ again, tell, onRetry }: Page): Promise<void> {
	for (let pause = 1000; ; pause = Math.min(longestPause, pause * 2)) {
		if (navigator.onLine) tell({ state: "reconnecting", at: Date.now() + pause });
		else tell({ state: "offline" });
		await new Promise<void>((resolve) => {
			const wake = () => {
				clearTimeout(timer);
				stop();
				resolve();
			};
			const timer = setTimeout(wake, pause);
			const stop = onRetry(wake);
		});
		if (isUnverified.peek()) await again();
		if (!isUnverified.peek()) return setAsOf(allOfIt, undefined);
	}
}
