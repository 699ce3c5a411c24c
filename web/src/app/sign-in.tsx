import { useEffect, useState } from "preact/hooks";
import { Button } from "../components/button";
import { Checkbox, TextField } from "../components/field";
import { useForm } from "../components/form";
import { Refusal } from "../components/refusal";
import { api, body } from "../lib/api/client";
import { sign } from "../lib/messages/sign";
import { go } from "../lib/router";
import { enter, instance, loadInstance, nextAddress } from "../lib/session";
import { SignCard } from "./sign-card";

export function SignIn() {
	const [email, setEmail] = useState("");
	const [password, setPassword] = useState("");
	const [remember, setRemember] = useState(true);
	useEffect(() => void loadInstance(), []);
	const form = useForm(async () => {
		const answer = await body(api.POST("/session", { body: { email: email.trim(), password, remember } }));
		enter(answer.user);
		go(nextAddress(), { replace: true });
	});
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
			<form onSubmit={form.onSubmit}>
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
				<Refusal text={form.refusal} />
				<Button tone="primary" type="submit" busy={form.busy}>
					{sign.signIn}
				</Button>
			</form>
		</SignCard>
	);
}
