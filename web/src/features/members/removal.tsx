import { Confirm } from "../../components/confirm";
import type { Member } from "../../lib/api/types";
import { members } from "../../lib/messages/members";
import type { ProjectStore } from "../../lib/store/project";
import { toast } from "../../lib/toasts";
import { remove } from "./edits";

export function Removal({
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
		await remove(store, member.id);
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
