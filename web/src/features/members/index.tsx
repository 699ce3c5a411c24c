import type { User } from "boardcast";
import type { ProjectStore } from "../../live/store/project";
import { People } from "./people";

/** The members of a project, and the invitations that are open. `store` is loaded and live. */
export function Members({ store, user }: { store: ProjectStore; user: User }) {
	return (
		<div class="page">
			<People store={store} user={user} />
		</div>
	);
}
