import { useState } from "preact/hooks";
import { TextField } from "../components/field";
import { api, body } from "../lib/api/client";
import { sign } from "../lib/messages/sign";
import { EntryForm, useEntry } from "./entry";

interface Props {
	/** The secret that lets somebody in: of an invitation or of the first start. */
	secret?: { invitation: string } | { setup: string };
	onDone: () => void;
}

export function SignUpForm({ secret, onDone }: Props) {
	const [name, setName] = useState("");
	const [email, setEmail] = useState("");
	const [password, setPassword] = useState("");
	const person = () => ({ name: name.trim(), email: email.trim(), password, ...secret });
	const form = useEntry(() => body(api.POST("/users", { body: person() })), onDone);
	return (
		<EntryForm form={form} submit={sign.signUp}>
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
		</EntryForm>
	);
}
