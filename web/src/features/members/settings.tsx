import type { Role, User } from "../../lib/api/types";
import { settings } from "../../lib/messages/settings";
import type { ProjectStore } from "../../lib/store/project";
import { Archive } from "./archive";
import { Deletion } from "./deletion";
import { General } from "./general";
import "../../components/rows.css";
import "./members.css";

interface Props {
	store: ProjectStore;
	user: User;
}

/** What the project is called, and how it ends. */
export function Settings({ store, user }: Props) {
	const project = store.tables.project.get(store.id);
	const role: Role = store.tables.members.get(user.id)?.role ?? "viewer";
	if (!project) return null;
	const manages = role === "owner" || role === "manager";
	return (
		<>
			<General key={project.id} project={project} manages={manages} />
			{manages && (
				<section class="section" aria-labelledby="danger-title">
					<h2 id="danger-title">{settings.danger}</h2>
					<div class="rows">
						<Archive store={store} project={project} />
						{role === "owner" && <Deletion store={store} project={project} />}
					</div>
				</section>
			)}
		</>
	);
}
