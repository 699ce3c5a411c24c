import { useState } from "preact/hooks";
import { Button } from "../../components/button";
import { TextField } from "../../components/field";
import { useForm } from "../../components/form";
import { Refusal } from "../../components/refusal";
import "../../components/rows.css";
import { api, body } from "../../lib/api/client";
import { account } from "../../lib/messages/account";
import { toast } from "../../lib/toasts";

export function Password({ email }: { email: string }) {
	const [current, setCurrent] = useState("");
	const [wanted, setWanted] = useState("");
	const form = useForm(async () => {
		await body(api.PUT("/me/password", { body: { current_password: current, new_password: wanted } }));
		setCurrent("");
		setWanted("");
		toast({ text: account.passwordChanged });
	});
	return (
		<section class="section" aria-labelledby="password-title">
			<h2 id="password-title">{account.password}</h2>
			<form class="account-form" onSubmit={form.onSubmit}>
				{/* Tells password managers whose password this is. */}
				<input
					class="quiet"
					type="email"
					autocomplete="username"
					value={email}
					readOnly
					tabIndex={-1}
					aria-hidden="true"
				/>
				<TextField
					label={account.currentPassword}
					type="password"
					autocomplete="current-password"
					required
					value={current}
					onText={setCurrent}
					error={form.error("current_password") && account.wrongPassword}
				/>
				<TextField
					label={account.newPassword}
					hint={account.passwordHint}
					type="password"
					autocomplete="new-password"
					required
					minLength={8}
					maxLength={256}
					value={wanted}
					onText={setWanted}
					error={form.error("new_password")}
				/>
				<Refusal text={form.refusal} />
				<div class="form-foot">
					<Button type="submit" busy={form.busy}>
						{account.changePassword}
					</Button>
				</div>
			</form>
		</section>
	);
}
