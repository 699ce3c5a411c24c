import type { User } from "boardcast";
import { leaveProject } from "../../domain/member/commands";
import type { ProjectStore } from "../../live/store/project";
import { go } from "../../platform/router";
import { toast } from "../../platform/toasts";
import { Confirm } from "../../ui/confirm";
import { members } from "./messages";

export function LeaveProject({
	store,
	user,
	onClose,
}: {
	store: ProjectStore;
	user: User;
	onClose: () => void;
}) {
	const project = store.tables.project.get(store.id)?.name ?? "";
	const run = async () => {
		await leaveProject(store, user.id);
		toast({ text: members.left(project) });
		go({ name: "home" }, { replace: true });
	};
	return (
		<Confirm title={members.leaveQuestion(project)} confirm={members.leave} run={run} onClose={onClose}>
			<p>{members.leaveHint}</p>
		</Confirm>
	);
}
