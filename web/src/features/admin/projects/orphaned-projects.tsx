import type { AdminProject, Problem } from "boardcast";
import { useState } from "preact/hooks";
import { giveOwner } from "../../../domain/account/commands";
import { member as memberWords } from "../../../domain/member/messages";
import { api, body } from "../../../platform/api";
import { explain } from "../../../platform/i18n/errors";
import { toast } from "../../../platform/toasts";
import { Button } from "../../../ui/button";
import { SelectField } from "../../../ui/field";
import { PagedList } from "../../../ui/paged-list";
import { useList } from "../../../ui/use-list";
import { admin } from "../messages";

/** The projects of which no owner can sign in; nothing is shown where there are none. */
export function OrphanedProjects() {
	const list = useList<AdminProject>((cursor) => {
		const query = { orphaned: true, limit: 50, ...(cursor ? { cursor } : {}) };
		return body(api.GET("/admin/projects", { params: { query } }));
	}, "");
	if (list.items?.length === 0) return null;
	return (
		<section class="section" aria-labelledby="orphans-title">
			<h2 id="orphans-title">{admin.orphans}</h2>
			<p class="soft admin-hint">{admin.orphansHint}</p>
			<PagedList
				list={list}
				label={admin.orphans}
				none={null}
				line={(project) => (
					<OrphanLine key={project.id} project={project} onGiven={() => void list.again()} />
				)}
			/>
		</section>
	);
}

function OrphanLine({ project, onGiven }: { project: AdminProject; onGiven: () => void }) {
	const { id, candidates } = project;
	// Of a project without an owner the name is told.
	const name = project.name ?? id;
	const [chosen, setChosen] = useState("");
	const [busy, setBusy] = useState(false);
	const give = async () => {
		const person = candidates.find((candidate) => candidate.id === chosen);
		if (!person) return;
		setBusy(true);
		try {
			await giveOwner(id, person.id);
			toast({ text: admin.gaveOwner(person.name, name) });
			onGiven();
		} catch (error) {
			toast({ tone: "danger", text: admin.couldNotGiveOwner, detail: explain(error as Problem) });
		}
		setBusy(false);
	};
	const choices = candidates.map((person) => ({
		value: person.id,
		label: `${person.name} (${memberWords.role(person.role)})`,
	}));
	return (
		<li class="row">
			<div class="row-words">
				<p class="row-title truncate">{name}</p>
				<p class="row-note">{project.key}</p>
			</div>
			{choices.length === 0 ? (
				<span class="soft">{admin.noCandidates}</span>
			) : (
				<>
					<SelectField
						label={admin.newOwner(name)}
						bare
						value={chosen}
						options={[{ value: "", label: admin.choose }, ...choices]}
						onPick={setChosen}
					/>
					<Button onClick={() => void give()} busy={busy} disabled={chosen === ""}>
						{admin.giveOwner}
					</Button>
				</>
			)}
		</li>
	);
}
