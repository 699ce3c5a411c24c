import { Confirm } from "../../components/confirm";
import type { User } from "../../lib/api/types";
import { members } from "../../lib/messages/members";
import { go } from "../../lib/router";
import type { ProjectStore } from "../../lib/store/project";
import { toast } from "../../lib/toasts";
import { leave } from "./edits";

export function Leaving({ store, user, onClose }: { store: ProjectStore; user: User; onClose: () => void }) {
	const project = store.tables.project.get(store.id)?.name ?? "";
	const run = async () => {
		await leave(store, user.id);
		toast({ text: members.left(project) });
		go({ name: "home" }, { replace: true });
	};
	return (
		<Confirm title={members.leaveQuestion(project)} confirm={members.leave} run={run} onClose={onClose}>
			<p>{members.leaveHint}</p>
		</Confirm>
	);
}
