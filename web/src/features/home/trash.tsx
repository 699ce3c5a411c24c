import type { TrashedProject } from "boardcast";
import { ArchiveRestore, Trash2 } from "lucide-preact";
import { useState } from "preact/hooks";
import { purgeProject, restoreProject, trashedProjects } from "../../domain/project-trash/commands";
import { trash as words } from "../../domain/project-trash/messages";
import { daysLeft } from "../../domain/trash/days-left";
import { allProjects } from "../../live/projects";
import { now } from "../../platform/clock";
import { ago, exactTime } from "../../platform/i18n/dates";
import { Button, IconButton } from "../../ui/button";
import { Confirm } from "../../ui/confirm";
import { PagedList } from "../../ui/paged-list";
import { useList } from "../../ui/use-list";
import "./trash.css";

/** The deleted projects that the person owns; each can be brought back. Not shown where there is none. */
export function ProjectTrash() {
	// What is deleted or brought back, here or elsewhere, changes the list of projects too.
	const present = (allProjects.value ?? []).map(({ id }) => id).join();
	const list = useList(trashedProjects, present);
	const [asking, setAsking] = useState<TrashedProject | undefined>(undefined);
	if (list.items?.length === 0) return null;
	const line = (project: TrashedProject) => (
		<li key={project.id}>
			<div class="project-trash-what">
				<span>
					<span class="home-card-key">{project.key}</span> <strong dir="auto">{project.name}</strong>
				</span>
				<span class="soft">
					<time dateTime={project.deleted_at} title={exactTime(project.deleted_at)}>
						{words.deleted(ago(project.deleted_at))}
					</time>
					{" · "}
					{words.daysLeft(daysLeft(project.deleted_at, now.value))}
				</span>
			</div>
			<Button
				tone="ghost"
				icon={ArchiveRestore}
				aria-label={words.restoreNamed(project.name)}
				onClick={() => void restoreProject(project)}
			>
				{words.restore}
			</Button>
			<IconButton icon={Trash2} label={words.purge(project.name)} onClick={() => setAsking(project)} />
		</li>
	);
	return (
		<section>
			<h2 class="home-title">{words.title}</h2>
			<PagedList class="project-trash" label={words.title} list={list} line={line} none={null} />
			{asking && (
				<Confirm
					title={words.purgeTitle(asking.name)}
					confirm={words.purgeIt}
					run={async () => {
						await purgeProject(asking.id);
						list.drop(({ id }) => id === asking.id);
						setAsking(undefined);
					}}
					onClose={() => setAsking(undefined)}
				>
					<p>{words.purgeHint}</p>
				</Confirm>
			)}
		</section>
	);
}
