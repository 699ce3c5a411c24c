import { useState } from "preact/hooks";
import { Button } from "../../components/button";
import { TextField } from "../../components/field";
import { useForm } from "../../components/form";
import { Refusal } from "../../components/refusal";
import "../../components/rows.css";
import { api, body } from "../../lib/api/client";
import type { User } from "../../lib/api/types";
import { account } from "../../lib/messages/account";
import { common } from "../../lib/messages/common";
import { user as signedIn } from "../../lib/session";
import { toast } from "../../lib/toasts";

export function Profile({ user }: { user: User }) {
	const [typed, setTyped] = useState<string | null>(null);
	const name = typed ?? user.name;
	const form = useForm(async () => {
		signedIn.value = await body(api.PATCH("/me", { body: { name: name.trim() } }));
		setTyped(null);
		toast({ text: account.saved });
	});
	return (
		<section aria-labelledby="profile-title">
			<h2 id="profile-title" class="account-title">
				{account.profile}
			</h2>
			<form class="account-form" onSubmit={form.onSubmit}>
				<TextField
					label={account.name}
					hint={account.nameHint}
					required
					maxLength={100}
					autocomplete="name"
					value={name}
					onText={setTyped}
					error={form.error("name")}
				/>
				<TextField label={account.email} hint={account.emailHint} readOnly value={user.email} />
				<Refusal text={form.refusal} />
				<div class="form-foot">
					<Button tone="primary" type="submit" busy={form.busy} disabled={name.trim() === user.name}>
						{common.save}
					</Button>
				</div>
			</form>
		</section>
	);
}
