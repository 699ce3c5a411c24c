import { AccountField } from "../../ui/account-field";
import { PasswordField } from "../../ui/password-field";
import type { FormState } from "../../ui/use-form";
import { admin } from "./messages";

interface Props {
	/** Password managers read the account from this address. */
	email: string;
	value: string;
	onText: (text: string) => void;
	form: FormState;
}

/** The password of the signed-in administrator, for what needs it once more. */
export function OwnPassword({ email, value, onText, form }: Props) {
	return (
		<>
			<AccountField email={email} />
			<PasswordField
				label={admin.yourPassword}
				autocomplete="current-password"
				required
				value={value}
				onText={onText}
				error={form.error("current_password") && admin.wrongPassword}
			/>
		</>
	);
}
