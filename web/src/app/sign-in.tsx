import { useEffect, useState } from "preact/hooks";
import { Checkbox, TextField } from "../components/field";
import { api, body } from "../lib/api/client";
import { sign } from "../lib/messages/sign";
import { go } from "../lib/router";
import { instance, loadInstance, nextAddress } from "../lib/session";
import { EntryForm, useEntry } from "./entry";
import { SignCard } from "./sign-card";

export function SignIn() {
	const [email, setEmail] = useState("");
	const [password, setPassword] = useState("");
	const [remember, setRemember] = useState(true);
	useEffect(() => void loadInstance(), []);
	const account = () => ({ email: email.trim(), password, remember });
	const form = useEntry(
		() => body(api.POST("/session", { body: account() })),
		() => go(nextAddress(), { replace: true }),
		remember,
	);
	const open = instance.value?.signup === "open";
	const below = open && (
		<>
			{sign.noAccount}{" "}
			<a class="link" href="/sign-up">
				{sign.signUp}
			</a>
		</>
	);
	return (
		<SignCard
			title={sign.signIn}
			below={below}
			{...(instance.value?.setup_required ? { intro: sign.setupNeeded } : {})}
		>
			<EntryForm form={form} submit={sign.signIn}>
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
				<TextField
					label={sign.password}
					type="password"
					autocomplete="current-password"
					required
					value={password}
					onText={setPassword}
					error={form.error("password")}
				/>
				<Checkbox label={sign.remember} checked={remember} onPick={setRemember} />
			</EntryForm>
		</SignCard>
	);
}
