import { AccountField } from "./account-field";
import { PasswordField } from "./password-field";
import type { FormState } from "./use-form";

export interface CurrentPasswordProps {
	form: Pick<FormState, "error">;
	/** Password managers read the account from this address. */
	email: string;
	value: string;
	onText: (text: string) => void;
	autofocus?: boolean;
}

interface Props extends CurrentPasswordProps {
	label: string;
	/** What is said of a wrong one. */
	wrong: string;
}

/** The password of the signed-in person, for what needs it once more. */
export function CurrentPassword({ form, email, value, onText, autofocus, label, wrong }: Props) {
	return (
		<>
			<AccountField email={email} />
			<PasswordField
				label={label}
				autocomplete="current-password"
				required
				{...(autofocus ? { autofocus } : {})}
				value={value}
				onText={onText}
				error={form.error("current_password") && wrong}
			/>
		</>
	);
}
