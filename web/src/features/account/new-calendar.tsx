import { limits } from "boardcast";
import { useState } from "preact/hooks";
import { createFeed } from "../../domain/feed/commands";
import { Button } from "../../ui/button";
import { CopyField } from "../../ui/copy-field";
import { Dialog } from "../../ui/dialog";
import { Checkbox, TextField } from "../../ui/field";
import { FormDialog } from "../../ui/form-dialog";
import { useForm } from "../../ui/use-form";
import { ChosenProjects } from "./chosen-projects";
import { account } from "./messages";

/** Makes a calendar for other programs, and shows its address once. */
export function NewCalendar({ onCreated, onClose }: { onCreated: () => void; onClose: () => void }) {
	const [name, setName] = useState("");
	const [chosen, setChosen] = useState<readonly string[] | undefined>(undefined);
	const [mineOnly, setMineOnly] = useState(false);
	const [address, setAddress] = useState<string | null>(null);
	const form = useForm(async () => {
		const limited = chosen ? { project_ids: [...chosen] } : {};
		setAddress(await createFeed({ name: name.trim(), mine_only: mineOnly, ...limited }));
		onCreated();
	});
	if (address) {
		const footer = (
			<Button tone="primary" onClick={onClose}>
				{account.done}
			</Button>
		);
		return (
			<Dialog title={account.newCalendar} onClose={onClose} footer={footer}>
				<CopyField label={account.calendarAddress} text={address} hint={account.calendarAddressHint} />
				<p class="field-hint">{account.todoHint}</p>
			</Dialog>
		);
	}
	return (
		<FormDialog
			title={account.newCalendar}
			form={form}
			submit={account.createCalendar}
			ready={chosen?.length !== 0}
			onClose={onClose}
		>
			<TextField
				label={account.tokenName}
				hint={account.calendarNameHint}
				required
				maxLength={limits.NewCalendar.name.maxLength}
				autofocus
				value={name}
				onText={setName}
				error={form.error("name")}
			/>
			<ChosenProjects chosen={chosen} onPick={setChosen} />
			<Checkbox label={account.mineOnly} checked={mineOnly} onPick={setMineOnly} />
		</FormDialog>
	);
}
