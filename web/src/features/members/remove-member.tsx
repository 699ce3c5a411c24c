import type { Member } from "boardcast";
import { removeMember } from "../../domain/member/commands";
import type { ProjectStore } from "../../live/store/project";
import { toast } from "../../platform/toasts";
import { Confirm } from "../../ui/confirm";
import { members } from "./messages";

export function RemoveMember({
	store,
	member,
	onClose,
}: {
	store: ProjectStore;
	member: Member;
	onClose: () => void;
}) {
	const project = store.tables.project.get(store.id)?.name ?? "";
	const run = async () => {
		await removeMember(store, member.id);
		toast({ text: members.removed(member.name) });
		onClose();
	};
	return (
		<Confirm
			title={members.removeQuestion(member.name, project)}
			confirm={members.remove(member.name)}
			run={run}
			onClose={onClose}
		>
			<p>{members.removeHint(member.name)}</p>
		</Confirm>
	);
}
