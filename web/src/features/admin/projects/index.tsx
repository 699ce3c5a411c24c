import type { AdminProject } from "boardcast";
import { Archive, ArchiveRestore, Ellipsis, Trash2 } from "lucide-preact";
import { useState } from "preact/hooks";
import { deleteAsAdmin, setArchivedAsAdmin } from "../../../domain/account/commands";
import type { Action } from "../../../platform/actions";
import { api, body } from "../../../platform/api";
import { toast } from "../../../platform/toasts";
import { IconButton } from "../../../ui/button";
import { Chip } from "../../../ui/chip";
import { Confirm } from "../../../ui/confirm";
import { Menu } from "../../../ui/menu";
import { PagedList } from "../../../ui/paged-list";
import { RelativeTime } from "../../../ui/relative-time";
import { useList } from "../../../ui/use-list";
import { bytes } from "../bytes";
import { PasswordQuestion } from "../password-question";
import { projects as words } from "./messages";
import { OrphanedProjects } from "./orphaned-projects";
import { WebhooksOfAll } from "./webhooks";

type Asking = { project: AdminProject; what: "archive" | "delete" };

/** Whose projects there are and how large. Their names and what is in them administrators do not see. */
export function Projects({ email }: { email: string }) {
	const list = useList<AdminProject>((cursor) => {
		const query = { orphaned: false, limit: 50, ...(cursor ? { cursor } : {}) };
		return body(api.GET("/admin/projects", { params: { query } }));
	}, "");
	const [asking, setAsking] = useState<Asking | null>(null);
	const name = asking ? nameOf(asking.project) : "";
	return (
		<>
			<section aria-labelledby="projects-title">
				<h2 id="projects-title">{words.title}</h2>
				<p class="soft admin-hint">{words.hint}</p>
				<PagedList
					list={list}
					label={words.title}
					none={<p class="soft">{words.none}</p>}
					line={(project) => (
						<Line key={project.id} project={project} onAsk={(what) => setAsking({ project, what })} />
					)}
				/>
			</section>
			<OrphanedProjects />
			<WebhooksOfAll />
			{asking?.what === "archive" && (
				<Confirm
					title={asking.project.archived_at ? words.unarchiveQuestion(name) : words.archiveQuestion(name)}
					confirm={asking.project.archived_at ? words.unarchive : words.archive}
					run={async () => {
						await setArchivedAsAdmin(asking.project.id, !asking.project.archived_at);
						toast({ text: asking.project.archived_at ? words.unarchived(name) : words.archived(name) });
						setAsking(null);
						await list.again();
					}}
					onClose={() => setAsking(null)}
				>
					<p>{asking.project.archived_at ? words.unarchiveHint : words.archiveHint}</p>
				</Confirm>
			)}
			{asking?.what === "delete" && (
				<PasswordQuestion
					title={words.deleteQuestion(name)}
					hint={words.deleteHint}
					confirm={words.delete}
					email={email}
					run={async (password) => {
						await deleteAsAdmin(asking.project.id, password);
						list.drop(({ id }) => id === asking.project.id);
						toast({ text: words.deleted(name) });
						setAsking(null);
					}}
					onClose={() => setAsking(null)}
				/>
			)}
		</>
	);
}

/** As people of the project would know it: by its owner. */
function nameOf({ name, owners }: AdminProject): string {
	return name ?? words.projectOf(owners[0]?.name ?? words.noOwner);
}

function Line({ project, onAsk }: { project: AdminProject; onAsk: (what: Asking["what"]) => void }) {
	const { id, owners, member_count, task_count, attachment_bytes, updated_at, archived_at, orphaned } =
		project;
	const name = nameOf(project);
	const actions: Action[][] = [
		[
			{
				id: "project.archive",
				label: () => (archived_at ? words.unarchive : words.archive),
				group: () => words.title,
				icon: archived_at ? ArchiveRestore : Archive,
				run: () => onAsk("archive"),
			},
		],
		[
			{
				id: "project.delete",
				label: () => words.delete,
				group: () => words.title,
				icon: Trash2,
				danger: true,
				run: () => onAsk("delete"),
			},
		],
	];
	return (
		<li class="row">
			<div class="row-words">
				<p class="row-title truncate" dir="auto" title={owners.map((owner) => owner.email).join(", ")}>
					{name}
					{owners.length > 1 && <span class="soft"> {words.more(owners.length - 1)}</span>}
				</p>
				<p class="row-note">
					{words.members(member_count)} · {words.tasks(task_count)} ·{" "}
					{words.attachments(bytes(attachment_bytes))} · {words.changed} <RelativeTime at={updated_at} />
				</p>
				<p class="row-note admin-id">{id}</p>
			</div>
			{orphaned && <Chip tone="warning">{words.orphaned}</Chip>}
			{archived_at && <Chip>{words.isArchived}</Chip>}
			<Menu
				label={words.actions(name)}
				actions={actions}
				trigger={(props) => <IconButton icon={Ellipsis} label={words.actions(name)} {...props} />}
			/>
		</li>
	);
}
