import { useEffect, useState } from "preact/hooks";
import { instance, loadInstance, nextAddress, sessionEnded, signIn } from "../../live/session";
import { go } from "../../platform/router";
import { Checkbox, TextField } from "../../ui/field";
import { PasswordField } from "../../ui/password-field";
import { useForm } from "../../ui/use-form";
import { CredentialsForm } from "./credentials-form";
import { sign } from "./messages";
import { SignCard } from "./sign-card";

export function SignIn() {
	const [email, setEmail] = useState("");
	const [password, setPassword] = useState("");
	const [remember, setRemember] = useState(true);
	useEffect(() => void loadInstance(), []);
	const form = useForm(async () => {
		await signIn({ email: email.trim(), password, remember });
		go(nextAddress(), { replace: true });
	});
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
	const intro = needed ?? (sessionEnded.value ? sign.sessionEnded : undefined);
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
