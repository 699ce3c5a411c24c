import { useState } from "preact/hooks";
import { Button } from "../components/button";
import { TextField } from "../components/field";
import { useForm } from "../components/form";
import { Refusal } from "../components/refusal";
import { api, body } from "../lib/api/client";
import { sign } from "../lib/messages/sign";
import { enter } from "../lib/session";

interface Props {
	/** The secret that lets somebody in: of an invitation or of the first start. */
	secret?: { invitation: string } | { setup: string };
	onDone: () => void;
}

export function SignUpForm({ secret, onDone }: Props) {
	const [name, setName] = useState("");
	const [email, setEmail] = useState("");
	const [password, setPassword] = useState("");
	const form = useForm(async () => {
		const person = { name: name.trim(), email: email.trim(), password, ...secret };
		enter((await body(api.POST("/users", { body: person }))).user);
		onDone();
	});
	return (
		<form onSubmit={form.onSubmit}>
			<TextField
				label={sign.name}
				autocomplete="name"
				required
				value={name}
				onText={setName}
				error={form.error("name")}
			/>
			<TextField
				label={sign.email}
				type="email"
				autocomplete="username"
				required
				value={email}
				onText={setEmail}
				error={form.error("email")}
			/>
			<TextField
				label={sign.password}
				type="password"
				autocomplete="new-password"
				required
				minLength={8}
				maxLength={256}
				hint={sign.passwordHint}
				value={password}
				onText={setPassword}
				error={form.error("password")}
			/>
			<Refusal text={form.refusal} />
			<Button tone="primary" type="submit" busy={form.busy}>
				{sign.signUp}
			</Button>
		</form>
	);
}
