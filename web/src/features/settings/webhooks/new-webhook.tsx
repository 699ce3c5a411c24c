import type { Webhook } from "boardcast";
import { useState } from "preact/hooks";
import { createWebhook, patchWebhook } from "../../../domain/webhook/commands";
import { Button } from "../../../ui/button";
import { CopyField } from "../../../ui/copy-field";
import { Dialog } from "../../../ui/dialog";
import { FormDialog } from "../../../ui/form-dialog";
import { useForm } from "../../../ui/use-form";
import { Fields, useFields } from "./fields";
import { webhooks as words } from "./messages";

/** Shown once: the server tells it in one answer only. */
export function Secret({ secret, onClose }: { secret: string | undefined; onClose: () => void }) {
	const footer = (
		<Button tone="primary" onClick={onClose}>
			{words.done}
		</Button>
	);
	return (
		<Dialog title={words.secret} onClose={onClose} footer={footer}>
			{secret ? (
				<CopyField label={words.secret} text={secret} hint={words.secretHint} />
			) : (
				<p>{words.noSecret}</p>
			)}
		</Dialog>
	);
}

interface Props {
	project: string;
	onMade: () => void;
	onClose: () => void;
}

/** Makes a webhook, and shows its secret where one is needed: chats check no signature. */
export function NewWebhook({ project, onMade, onClose }: Props) {
	const fields = useFields();
	const [made, setMade] = useState<{ secret?: string } | null>(null);
	const form = useForm(async () => {
		const webhook = await createWebhook(project, fields.given);
		onMade();
		if (webhook.template === "standard") setMade(webhook);
		else onClose();
	});
	if (made) return <Secret secret={made.secret} onClose={onClose} />;
	return (
		<FormDialog
			title={words.create}
			form={form}
			submit={words.submit}
			ready={fields.isReady}
			onClose={onClose}
		>
			<Fields form={form} fields={fields} />
		</FormDialog>
	);
}

interface EditProps {
	project: string;
	webhook: Webhook;
	onSaved: (webhook: Webhook) => void;
	onClose: () => void;
}

export function EditWebhook({ project, webhook, onSaved, onClose }: EditProps) {
	const fields = useFields(webhook);
	const form = useForm(async () => {
		onSaved(await patchWebhook(project, webhook.id, fields.given));
		onClose();
	});
	return (
		<FormDialog
			title={words.editTitle}
			form={form}
			submit={words.save}
			ready={fields.isReady}
			onClose={onClose}
		>
			<Fields form={form} fields={fields} />
		</FormDialog>
	);
}
