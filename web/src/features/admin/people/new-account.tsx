import { limits } from "boardcast";
import { useState } from "preact/hooks";
import { createAccount } from "../../../domain/account/commands";
import { account as words } from "../../../domain/account/messages";
import { CopyField } from "../../../ui/copy-field";
import { Dialog } from "../../../ui/dialog";
import { TextField } from "../../../ui/field";
import { FormDialog } from "../../../ui/form-dialog";
import { useForm } from "../../../ui/use-form";
import { admin } from "../messages";

interface Props {
	onMade: () => void;
	onClose: () => void;
}

/** Makes an account for another person, and shows once the link by which they choose a password. */
export function NewAccount({ onMade, onClose }: Props) {
	const [name, setName] = useState("");
	const [email, setEmail] = useState("");
	const [url, setUrl] = useState("");
	const form = useForm(async () => {
		setUrl(await createAccount(name, email));
		onMade();
	});
	if (url) {
		return (
			<Dialog title={admin.madeAccount(name)} onClose={onClose}>
				<CopyField label={admin.passwordLink} text={url} hint={admin.newAccountOnce(name)} />
			</Dialog>
		);
	}
	return (
		<FormDialog title={words.create} form={form} submit={admin.makeAccount} onClose={onClose}>
			<p>{admin.newAccountHint}</p>
			<TextField
				label={admin.name}
				required
				maxLength={limits.NewAccount.name.maxLength}
				autocomplete="off"
				value={name}
				onText={setName}
				error={form.error("name")}
			/>
			<TextField
				label={admin.email}
				type="email"
				required
				maxLength={limits.NewAccount.email.maxLength}
				autocomplete="off"
				value={email}
				onText={setEmail}
				error={form.error("email")}
			/>
		</FormDialog>
	);
}
