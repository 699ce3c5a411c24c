import { useEffect, useState } from "preact/hooks";
import { instance, loadInstance } from "../../live/session";
import { fragment, go } from "../../platform/router";
import { sign } from "./messages";
import { nextAddress } from "./next-address";
import { SignCard } from "./sign-card";
import { SignUpForm } from "./sign-up-form";

/** Creates an account; with the link that the server prints at its first start, the first administrator's. */
export function SignUp({ setup }: { setup: boolean }) {
	// Read once: the address may change while the page is shown.
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
			<SignCard title={sign.setup} intro={secret ? sign.setupHint : sign.setupMissing}>
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
