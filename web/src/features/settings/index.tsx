import type { User } from "boardcast";
import { useState } from "preact/hooks";
import { setProjectArchived } from "../../domain/project/commands";
import { deleting } from "../../domain/project/deleting";
import { projectRights } from "../../domain/project/rights";
import type { ProjectStore } from "../../live/store/project";
import { useActions } from "../../platform/use-actions";
import { ArchiveProject } from "./archive-project";
import { CopyProject } from "./copy-project";
import { DeleteProject } from "./delete-project";
import { General } from "./general";
import { settings } from "./messages";
import { Mute } from "./mute";
import { TakeAlong } from "./take-along";
import { Webhooks } from "./webhooks/index";
import "../../ui/rows.css";
import "./settings.css";

interface Props {
	store: ProjectStore;
	user: User;
}

/** The settings of a project: name, key and description, archiving and deleting it. */
export function Settings({ store, user }: Props) {
	const project = store.tables.project.get(store.id);
	const { administer, own } = projectRights(store, user);
	const [isDeleting, setDeleting] = useState(false);
	useActions(() => [
		{
			id: "project.archive",
			label: () => (project?.archived_at ? settings.unarchive : settings.archive),
			group: () => settings.group,
			enabled: () => administer && project !== undefined,
			run: () => setProjectArchived(store, (project?.archived_at ?? null) === null),
		},
		{
			id: "project.delete",
			label: () => deleting.title,
			group: () => settings.group,
			danger: true,
			enabled: () => own && project !== undefined,
			run: () => setDeleting(true),
		},
	]);
	if (!project) return null;
	return (
		<div class="page">
			<General key={project.id} store={store} project={project} manages={administer} />
			<Mute key={`mute ${project.id}`} project={project.id} />
			<CopyProject store={store} project={project} manages={administer && project.archived_at === null} />
			<TakeAlong project={project} manages={administer && project.archived_at === null} />
			{administer && <Webhooks key={`webhooks ${project.id}`} project={project.id} />}
			{administer && (
				<section class="section" aria-labelledby="danger-title">
					<h2 id="danger-title">{settings.danger}</h2>
					<div class="rows">
						<ArchiveProject project={project} />
						{own && <DeleteProject project={project} open={isDeleting} onClose={() => setDeleting(false)} />}
					</div>
				</section>
			)}
		</div>
	);
}
