// How a person proves again who they are, before something that only they may do.
import { AccountField } from "../../ui/account-field";
import { TextField } from "../../ui/field";
import { PasswordField } from "../../ui/password-field";
import type { useForm } from "../../ui/use-form";
import { account } from "./messages";

interface Props {
	form: Pick<ReturnType<typeof useForm>, "error">;
	value: string;
	onText: (text: string) => void;
}

/** The password of this account, with the address for password managers. */
export function CurrentPassword({
	form,
	email,
	value,
	onText,
	autofocus,
}: Props & { email: string; autofocus?: boolean }) {
	return (
		<>
			<AccountField email={email} />
			<PasswordField
				label={account.currentPassword}
				autocomplete="current-password"
				required
				{...(autofocus ? { autofocus } : {})}
				value={value}
				onText={onText}
				error={form.error("current_password") && account.wrongPassword}
			/>
		</>
	);
}

/** A code of the second factor, or a recovery code. */
export function AnyCode({ form, value, onText }: Props) {
	return (
		<TextField
			label={account.code}
			hint={account.anyCodeHint}
			autocomplete="one-time-code"
			autocapitalize="off"
			spellcheck={false}
			required
			value={value}
			onText={onText}
			error={form.error("code")}
		/>
	);
}
