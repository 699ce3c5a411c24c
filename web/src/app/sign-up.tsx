import { useEffect, useState } from "preact/hooks";
import { sign } from "../lib/messages/sign";
import { fragment, go } from "../lib/router";
import { instance, loadInstance, nextAddress } from "../lib/session";
import { SignCard } from "./sign-card";
import { SignUpForm } from "./sign-up-form";

/** A new account; with the printed one-time link, the first administrator's. */
export function SignUp({ setup }: { setup: boolean }) {
	// Kept for as long as the page is shown, even when the address changes below it.
	const [secret] = useState(() => fragment.peek());
	useEffect(() => void loadInstance(), []);
	const below = (
		<>
			{sign.haveAccount}{" "}
			<a class="link" href="/sign-in">
				{sign.signIn}
			</a>
		</>
	);
	const done = () => go(setup ? "/" : nextAddress(), { replace: true });
	if (setup) {
		return (
			<SignCard title={sign.setup} intro={secret ? sign.setupHint : sign.setupMissing} below={below}>
				{secret && <SignUpForm secret={{ setup: secret }} onDone={done} />}
			</SignCard>
		);
	}
	const closed = instance.value !== undefined && instance.value.signup !== "open";
	return (
		<SignCard title={sign.signUp} below={below} {...(closed ? { intro: sign.closed } : {})}>
			{!closed && <SignUpForm onDone={done} />}
		</SignCard>
	);
}
