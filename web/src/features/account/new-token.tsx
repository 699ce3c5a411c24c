import { limits, type Scope } from "boardcast";
import { useState } from "preact/hooks";
import { createToken } from "../../domain/token/commands";
import { Button } from "../../ui/button";
import { CopyField } from "../../ui/copy-field";
import { Dialog } from "../../ui/dialog";
import { Checkbox, SelectField, TextField } from "../../ui/field";
import { FormDialog } from "../../ui/form-dialog";
import { useForm } from "../../ui/use-form";
import { ChosenProjects } from "./chosen-projects";
import { account } from "./messages";

const lifetimes = [7, 30, 90, 365];
const scopes = ["read", "write"] as const satisfies readonly Scope[];
const day = 86_400_000;

/** Creates a token, and shows its secret once. */
export function NewToken({ onCreated, onClose }: { onCreated: () => void; onClose: () => void }) {
	const [name, setName] = useState("");
	const [may, setMay] = useState<readonly Scope[]>(["read"]);
	const [chosen, setChosen] = useState<readonly string[] | undefined>(undefined);
	const [lasts, setLasts] = useState(90);
	const [secret, setSecret] = useState<string | null>(null);
	const form = useForm(async () => {
		const expires_at = new Date(Date.now() + lasts * day).toISOString();
		const limited = chosen ? { project_ids: [...chosen] } : {};
		const wanted = { name: name.trim(), scopes: [...may], expires_at, ...limited };
		setSecret(await createToken(wanted));
		onCreated();
	});
	if (secret) {
		const footer = (
			<Button tone="primary" onClick={onClose}>
				{account.done}
			</Button>
		);
		return (
			<Dialog title={account.newToken} onClose={onClose} footer={footer}>
				<CopyField label={account.secret} text={secret} hint={account.secretHint} />
			</Dialog>
		);
	}
	const ready = may.length > 0 && chosen?.length !== 0;
	return (
		<FormDialog
			title={account.newToken}
			form={form}
			submit={account.createToken}
			ready={ready}
			onClose={onClose}
		>
			<TextField
				label={account.tokenName}
				hint={account.tokenNameHint}
				required
				maxLength={limits.NewToken.name.maxLength}
				autofocus
				value={name}
				onText={setName}
				error={form.error("name")}
			/>
			<fieldset class="account-choice">
				<legend>{account.scopes}</legend>
				{scopes.map((scope) => (
					<Checkbox
						key={scope}
						label={account.scope[scope]}
						checked={may.includes(scope)}
						onPick={(on) => setMay(scopes.filter((other) => (other === scope ? on : may.includes(other))))}
					/>
				))}
				{may.length === 0 && <p class="field-hint">{account.scopeMissing}</p>}
			</fieldset>
			<ChosenProjects chosen={chosen} onPick={setChosen} />
			<SelectField
				label={account.expiry}
				value={String(lasts)}
				options={lifetimes.map((count) => ({ value: String(count), label: account.days(count) }))}
				onPick={(value) => setLasts(Number(value))}
				error={form.error("expires_at")}
			/>
		</FormDialog>
	);
}
