import type { User } from "../../lib/api/types";
import type { ProjectStore } from "../../lib/store/project";
import { People } from "./people";
import { Settings } from "./settings";

interface Props {
	/** Loaded and live. */
	store: ProjectStore;
	user: User;
	/** People with their invitations, or the project's own settings. */
	tab: "members" | "settings";
}

export function Members({ store, user, tab }: Props) {
	const Tab = tab === "members" ? People : Settings;
	return (
		<div class="page">
			<Tab store={store} user={user} />
		</div>
	);
}
