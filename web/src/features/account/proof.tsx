// How a person proves again who they are, before something that only they may do.
import { type CurrentPasswordProps, CurrentPassword as Field } from "../../ui/current-password";
import { TextField } from "../../ui/field";
import type { FormState } from "../../ui/use-form";
import { account } from "./messages";

export const CurrentPassword = (props: CurrentPasswordProps) => (
	<Field label={account.currentPassword} wrong={account.wrongPassword} {...props} />
);

interface Props {
	form: Pick<FormState, "error">;
	value: string;
	onText: (text: string) => void;
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
