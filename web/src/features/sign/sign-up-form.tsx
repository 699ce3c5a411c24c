import { limits } from "boardcast";
import { useState } from "preact/hooks";
import { signUp } from "../../live/session-begin";
import { TextField } from "../../ui/field";
import { PasswordField } from "../../ui/password-field";
import { useForm } from "../../ui/use-form";
import { CredentialsForm } from "./credentials-form";
import { sign } from "./messages";

interface Props {
	/** The secret of an invitation, or of the link that the server prints at its first start. */
	secret?: { invitation: string } | { setup: string };
	/** The address that the invitation is meant for. */
	email?: string | undefined;
	onDone: () => void;
}

export function SignUpForm({ secret, email: known = "", onDone }: Props) {
	const [name, setName] = useState("");
	const [email, setEmail] = useState(known);
	const [password, setPassword] = useState("");
	const form = useForm(async () => {
		await signUp({ name: name.trim(), email: email.trim(), password, ...secret });
		onDone();
	});
	return (
		<CredentialsForm form={form} submit={sign.signUp}>
			<TextField
				label={sign.name}
				autofocus
				autocomplete="name"
				required
				maxLength={limits.NewUser.name.maxLength}
				value={name}
				onText={setName}
				error={form.error("name")}
			/>
			<TextField
				label={sign.email}
				type="email"
				autocomplete="username"
				required
				maxLength={limits.NewUser.email.maxLength}
				value={email}
				onText={setEmail}
				error={form.error("email")}
			/>
			<PasswordField
				label={sign.password}
				autocomplete="new-password"
				required
				minLength={limits.NewUser.password.minLength}
				maxLength={limits.NewUser.password.maxLength}
				hint={sign.passwordHint(limits.NewUser.password.minLength)}
				value={password}
				onText={setPassword}
				error={form.error("password")}
			/>
		</CredentialsForm>
	);
}
