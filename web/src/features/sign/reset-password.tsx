import { limits, Problem } from "boardcast";
import { useEffect, useState } from "preact/hooks";
import { askForPasswordLink, choosePassword } from "../../domain/account/commands";
import { instance, loadInstance } from "../../live/session";
import { fragment, go } from "../../platform/router";
import { toast } from "../../platform/toasts";
import { TextField } from "../../ui/field";
import { PasswordField } from "../../ui/password-field";
import { useForm } from "../../ui/use-form";
import { CredentialsForm } from "./credentials-form";
import { sign } from "./messages";
import { SignCard } from "./sign-card";

const below = (
	<a class="link" href="/sign-in">
		{sign.backToSignIn}
	</a>
);

/** A new password without the old one: with the secret of a link it is chosen, without one a link is asked for. */
export function ResetPassword() {
	// Read once: the address may change while the page is shown.
	const [secret] = useState(() => fragment.peek());
	return secret ? <Choose secret={secret} /> : <Ask />;
}

function Ask() {
	const [email, setEmail] = useState("");
	const [sentTo, setSentTo] = useState("");
	useEffect(() => void loadInstance(), []);
	const form = useForm(async () => {
		const address = email.trim();
		await askForPasswordLink(address);
		setSentTo(address);
	});
	const mails = instance.value?.mail !== false;
	const intro = mails ? sign.forgotHint : sign.forgotNoMail;
	if (sentTo) {
		return (
			<SignCard title={sign.forgotTitle} below={below}>
				<p role="status">{sign.linkSent(sentTo)}</p>
			</SignCard>
		);
	}
	return (
		<SignCard title={sign.forgotTitle} intro={intro} below={below}>
			{mails && (
				<CredentialsForm form={form} submit={sign.sendLink}>
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
				</CredentialsForm>
			)}
		</SignCard>
	);
}

function Choose({ secret }: { secret: string }) {
	const [password, setPassword] = useState("");
	const [gone, setGone] = useState(false);
	const form = useForm(async () => {
		try {
			await choosePassword(secret, password);
		} catch (error) {
			if (!(error instanceof Problem) || error.status !== 404) throw error;
			setGone(true);
			return;
		}
		toast({ text: sign.resetDone });
		go("/sign-in", { replace: true });
	});
	if (gone) {
		const again = (
			<a class="link" href="/reset-password">
				{sign.forgot}
			</a>
		);
		return <SignCard title={sign.forgotTitle} intro={sign.resetGone} below={again} />;
	}
	return (
		<SignCard title={sign.forgotTitle} intro={sign.resetHint} below={below}>
			<CredentialsForm form={form} submit={sign.setPassword}>
				<PasswordField
					label={sign.newPassword}
					autocomplete="new-password"
					required
					autofocus
					minLength={limits.NewPassword.password.minLength}
					maxLength={limits.NewPassword.password.maxLength}
					hint={sign.passwordHint(limits.NewPassword.password.minLength)}
					value={password}
					onText={setPassword}
					error={form.error("password")}
				/>
			</CredentialsForm>
		</SignCard>
	);
}
