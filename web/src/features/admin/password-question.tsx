import { useState } from "preact/hooks";
import { AccountField } from "../../ui/account-field";
import { FormDialog } from "../../ui/form-dialog";
import { PasswordField } from "../../ui/password-field";
import { useForm } from "../../ui/use-form";
import { admin } from "./messages";

interface Props {
	title: string;
	hint: string;
	confirm: string;
	/** Password managers read the account from this address. */
	email: string;
	run: (password: string) => Promise<void>;
	onClose: () => void;
}

/** Asks for the password of the signed-in administrator before something grave. */
export function PasswordQuestion({ title, hint, confirm, email, run, onClose }: Props) {
	const [password, setPassword] = useState("");
	const form = useForm(() => run(password));
	return (
		<FormDialog
			title={title}
			form={form}
			submit={confirm}
			tone="danger"
			ready={password !== ""}
			onClose={onClose}
		>
			<p>{hint}</p>
			<AccountField email={email} />
			<PasswordField
				label={admin.yourPassword}
				autocomplete="current-password"
				required
				value={password}
				onText={setPassword}
				error={form.error("current_password") && admin.wrongPassword}
			/>
		</FormDialog>
	);
}
