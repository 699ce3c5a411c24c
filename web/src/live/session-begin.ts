// How a person signs in or up: of a page that is open already nothing of it is needed.
import { api, body } from "../platform/api";
import { begin } from "./session";
import { noteSignedIn } from "./session-hint";
export async function signIn(account: { email: string; password: string; remember: boolean }): Promise<void> {
	const answer = await body(api.POST("/session", { body: account }));
	noteSignedIn(account.remember);
	begin(answer);
}

/** Complete a sign-in by the code that the server asked for. */
export async function completeSignIn(code: string, remember: boolean): Promise<void> {
	const answer = await body(api.POST("/session/totp", { body: { code } }));
	noteSignedIn(remember);
	begin(answer);
}

interface NewUser {
	name: string;
	email: string;
	password: string;
	/** The secret of an invitation link. */
	invitation?: string;
	/** The secret of the link that the server prints at its first start. */
	setup?: string;
}

export async function signUp(person: NewUser): Promise<void> {
	const answer = await body(api.POST("/users", { body: person }));
	noteSignedIn(false);
	begin(answer);
}
