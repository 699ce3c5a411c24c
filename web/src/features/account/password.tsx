import { limits } from "boardcast";
import { useState } from "preact/hooks";
import { Button } from "../../ui/button";
import { Form } from "../../ui/form";
import { FormError } from "../../ui/form-error";
import { PasswordField } from "../../ui/password-field";
import { useForm } from "../../ui/use-form";
import "../../ui/rows.css";
import { changePassword } from "../../domain/account/commands";
import { toast } from "../../platform/toasts";
import { useUnsaved } from "../../platform/unsaved";
import { account } from "./messages";
import { CurrentPassword } from "./proof";

export function Password({ email }: { email: string }) {
	const [current, setCurrent] = useState("");
	const [wanted, setWanted] = useState("");
	useUnsaved(current + wanted !== "");
	const form = useForm(async () => {
		await changePassword(current, wanted);
		setCurrent("");
		setWanted("");
		toast({ text: account.passwordChanged });
	});
	return (
		<section class="section" aria-labelledby="password-title">
			<h2 id="password-title">{account.password}</h2>
			<Form class="account-form" onSubmit={form.onSubmit}>
				<CurrentPassword form={form} email={email} value={current} onText={setCurrent} />
				<PasswordField
					label={account.newPassword}
					hint={account.passwordHint(limits.SetPassword.new_password.minLength)}
					autocomplete="new-password"
					required
					minLength={limits.SetPassword.new_password.minLength}
					maxLength={limits.SetPassword.new_password.maxLength}
					value={wanted}
					onText={setWanted}
					error={form.error("new_password")}
				/>
				<FormError text={form.message} />
				<div class="form-foot">
					<Button type="submit" busy={form.busy}>
						{account.changePassword}
					</Button>
				</div>
			</Form>
		</section>
	);
}
