import type { AdminUser } from "boardcast";
import { useState } from "preact/hooks";
import { makePasswordLink } from "../../../domain/account/commands";
import { CopyField } from "../../../ui/copy-field";
import { Dialog } from "../../../ui/dialog";
import { FormDialog } from "../../../ui/form-dialog";
import { useForm } from "../../../ui/use-form";
import { admin } from "../messages";
import { OwnPassword } from "../own-password";

interface Props {
	account: AdminUser;
	/** The address of the administrator who asks. */
	email: string;
	onClose: () => void;
}

/**
 * Makes a link by which a person who forgot their password chooses a new one, and shows it once. A link for another
 * administrator needs the password of who asks for it.
 */
export function PasswordLink({ account, email, onClose }: Props) {
	const { id, name } = account;
	const [url, setUrl] = useState("");
	const [password, setPassword] = useState("");
	const form = useForm(async () => setUrl(await makePasswordLink(id, account.admin ? password : undefined)));
	const title = admin.passwordLinkTitle(name);
	if (url) {
		return (
			<Dialog title={title} onClose={onClose}>
				<CopyField label={admin.passwordLink} text={url} hint={admin.passwordLinkOnce(name)} />
			</Dialog>
		);
	}
	return (
		<FormDialog
			title={title}
			form={form}
			submit={admin.makePasswordLink}
			ready={!account.admin || password !== ""}
			onClose={onClose}
		>
			<p>{admin.passwordLinkHint(name)}</p>
			{account.admin && <OwnPassword email={email} value={password} onText={setPassword} form={form} />}
		</FormDialog>
	);
}
