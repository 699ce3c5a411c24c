import { Problem } from "boardcast";
import { useEffect, useState } from "preact/hooks";
import { instance, loadInstance, sessionEnded } from "../../live/session";
import { signIn } from "../../live/session-begin";
import { explain } from "../../platform/i18n/errors";
import { go } from "../../platform/router";
import { Checkbox, TextField } from "../../ui/field";
import { PasswordField } from "../../ui/password-field";
import { useForm } from "../../ui/use-form";
import { CodeStep } from "./code-step";
import { CredentialsForm } from "./credentials-form";
import { sign } from "./messages";
import { nextAddress } from "./next-address";
import { SignCard } from "./sign-card";

export function SignIn() {
	const [email, setEmail] = useState("");
	const [password, setPassword] = useState("");
	const [remember, setRemember] = useState(true);
	const [asksCode, setAsksCode] = useState(false);
	const [expired, setExpired] = useState<Problem | undefined>(undefined);
	useEffect(() => void loadInstance(), []);
	const enter = () => go(nextAddress(), { replace: true });
	const form = useForm(async () => {
		setExpired(undefined);
		try {
			await signIn({ email: email.trim(), password, remember });
		} catch (error) {
			if (!(error instanceof Problem) || error.code !== "second_factor_required") throw error;
			setAsksCode(true);
			return;
		}
		enter();
	});
	if (asksCode) {
		const back = (problem?: Problem) => {
			setPassword("");
			setExpired(problem);
			setAsksCode(false);
		};
		return <CodeStep remember={remember} onDone={enter} onExpired={back} onBack={() => back()} />;
	}
	const open = instance.value?.signup === "open";
	const below = (
		<>
			<a class="link" href="/reset-password">
				{sign.forgot}
			</a>
			{open && (
				<>
					<br />
					{sign.noAccount}{" "}
					<a class="link" href="/sign-up">
						{sign.signUp}
					</a>
				</>
			)}
		</>
	);
	const needed = instance.value?.setup_required ? sign.setupNeeded : undefined;
	const ended = sessionEnded.value ? sign.sessionEnded : undefined;
	const intro = needed ?? (expired ? explain(expired) : ended);
	return (
		<SignCard title={sign.signIn} below={below} {...(intro ? { intro } : {})}>
			<CredentialsForm form={form} submit={sign.signIn}>
				<TextField
					label={sign.email}
					type="email"
					autocomplete="username"
					required
					autofocus
					value={email}
					onText={setEmail}
					error={form.error("email")}
				/>
				<PasswordField
					label={sign.password}
					autocomplete="current-password"
					required
					value={password}
					onText={setPassword}
					error={form.error("password")}
				/>
				<Checkbox label={sign.remember} checked={remember} onPick={setRemember} />
			</CredentialsForm>
		</SignCard>
	);
}
