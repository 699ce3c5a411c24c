import { useState } from "preact/hooks";
import { Button } from "../../components/button";
import { CopyField } from "../../components/copy-field";
import { Dialog } from "../../components/dialog";
import { SelectField, TextField } from "../../components/field";
import { useForm } from "../../components/form";
import { FormDialog } from "../../components/form-dialog";
import { api, body } from "../../lib/api/client";
import type { Role } from "../../lib/api/types";
import { members } from "../../lib/messages/members";
import type { ProjectStore } from "../../lib/store/project";
import { explainedOptions } from "./roles";

interface Props {
	store: ProjectStore;
	roles: readonly Role[];
	onCreated: () => void;
	onClose: () => void;
}

const days = [1, 7, 30, 90];

/** Make a link; it is shown here, once. */
export function Invite({ store, roles, onCreated, onClose }: Props) {
	const [role, setRole] = useState<Role>("editor");
	const [email, setEmail] = useState("");
	const [lasts, setLasts] = useState(7);
	const [url, setUrl] = useState<string | null>(null);
	const form = useForm(async () => {
		const wanted = { role, expires_in_days: lasts, ...(email.trim() ? { email: email.trim() } : {}) };
		const path = { project: store.id };
		const made = await body(api.POST("/projects/{project}/invitations", { params: { path }, body: wanted }));
		// The address that the browser knows the server by; the server's own may be an inner one.
		setUrl(new URL(`/invite#${made.secret}`, location.href).href);
		onCreated();
	});
	if (url) {
		const footer = (
			<>
				<Button tone="ghost" onClick={() => setUrl(null)}>
					{members.another}
				</Button>
				<Button tone="primary" onClick={onClose}>
					{members.done}
				</Button>
			</>
		);
		return (
			<Dialog title={members.inviteTitle} onClose={onClose} footer={footer}>
				<CopyField label={members.link} text={url} hint={members.linkHint} />
			</Dialog>
		);
	}
	return (
		<FormDialog title={members.inviteTitle} form={form} submit={members.createLink} onClose={onClose}>
			<p class="soft">{members.inviteHint}</p>
			<SelectField
				label={members.inviteRole}
				value={role}
				options={explainedOptions(roles)}
				onPick={(value) => setRole(value as Role)}
				error={form.error("role")}
			/>
			<SelectField
				label={members.inviteDays}
				value={String(lasts)}
				options={days.map((count) => ({ value: String(count), label: members.days(count) }))}
				onPick={(value) => setLasts(Number(value))}
				error={form.error("expires_in_days")}
			/>
			<TextField
				label={members.inviteFor}
				hint={members.inviteForHint}
				type="email"
				autocomplete="off"
				value={email}
				onText={setEmail}
				error={form.error("email")}
			/>
		</FormDialog>
	);
}
