import { Avatar } from "../../components/avatar";
import type { User } from "../../lib/api/types";
import { common } from "../../lib/messages/common";
import type { ProjectStore } from "../../lib/store/project";

interface Props {
	/** Loaded and live. */
	store: ProjectStore;
	user: User;
	/** People with their invitations, or the project's own settings. */
	tab: "members" | "settings";
}

export function Members({ store }: Props) {
	return (
		<ul class="page stack">
			{store.tables.members.all().map((member) => (
				<li key={member.id}>
					<Avatar id={member.id} name={member.name} decorative /> {member.name}, {common.role(member.role)}
				</li>
			))}
		</ul>
	);
}
