import type { Member } from "boardcast";
import { useState } from "preact/hooks";
import { mergeGuest } from "../../domain/member/commands";
import { byRole } from "../../domain/member/rights";
import type { ProjectStore } from "../../live/store/project";
import { toast } from "../../platform/toasts";
import { SelectField } from "../../ui/field";
import { FormDialog } from "../../ui/form-dialog";
import { useForm } from "../../ui/use-form";
import { members } from "./messages";

interface Props {
	store: ProjectStore;
	guest: Member;
	isGuest: (id: string) => boolean;
	onClose: () => void;
}

/** Says which member a guest of an imported file is. */
export function MergeGuest({ store, guest, isGuest, onClose }: Props) {
	const choices = store.tables.members
		.all()
		.filter(({ id, disabled }) => !disabled && !isGuest(id))
		.sort(byRole);
	const [picked, setPicked] = useState(choices[0]?.id ?? "");
	const form = useForm(async () => {
		await mergeGuest(store, guest.id, picked);
		toast({ text: members.merged(guest.name, choices.find(({ id }) => id === picked)?.name ?? "") });
		onClose();
	});
	return (
		<FormDialog
			title={members.mergeTitle(guest.name)}
			form={form}
			submit={members.merge}
			ready={picked !== ""}
			onClose={onClose}
		>
			<p>{members.mergeHint(guest.name)}</p>
			<SelectField
				label={members.mergeWith}
				value={picked}
				options={choices.map(({ id, name }) => ({ value: id, label: name }))}
				onPick={setPicked}
			/>
		</FormDialog>
	);
}
