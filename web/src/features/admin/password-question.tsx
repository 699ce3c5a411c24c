import { useState } from "preact/hooks";
import { FormDialog } from "../../ui/form-dialog";
import { useForm } from "../../ui/use-form";
import { OwnPassword } from "./own-password";

interface Props {
	title: string;
	hint: string;
	confirm: string;
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
			<OwnPassword email={email} value={password} onText={setPassword} form={form} />
		</FormDialog>
	);
}
