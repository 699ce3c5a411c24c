import { limits, type User } from "boardcast";
import { useState } from "preact/hooks";
import { Button } from "../../ui/button";
import { TextField } from "../../ui/field";
import { Form } from "../../ui/form";
import { FormError } from "../../ui/form-error";
import { useForm } from "../../ui/use-form";
import "../../ui/rows.css";
import { renameMe } from "../../domain/account/commands";
import { common } from "../../platform/i18n/common";
import { toast } from "../../platform/toasts";
import { useUnsaved } from "../../platform/unsaved";
import { account } from "./messages";

export function Profile({ user }: { user: User }) {
	const [typed, setTyped] = useState<string | null>(null);
	const name = typed ?? user.name;
	useUnsaved(name.trim() !== user.name);
	const form = useForm(async () => {
		await renameMe(name.trim());
		setTyped(null);
		toast({ text: account.saved });
	});
	return (
		<section aria-labelledby="profile-title">
			<h2 id="profile-title" class="account-title">
				{account.profile}
			</h2>
			<Form class="account-form" onSubmit={form.onSubmit}>
				<TextField
					label={account.name}
					hint={account.nameHint}
					required
					maxLength={limits.MePatch.name.maxLength}
					autocomplete="name"
					value={name}
					onText={setTyped}
					error={form.error("name")}
				/>
				<TextField label={account.email} hint={account.emailHint} readOnly value={user.email} />
				<FormError text={form.message} />
				<div class="form-foot">
					<Button tone="primary" type="submit" busy={form.busy} disabled={name.trim() === user.name}>
						{common.save}
					</Button>
				</div>
			</Form>
		</section>
	);
}
