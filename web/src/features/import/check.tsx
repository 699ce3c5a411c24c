import type { Import, ImportReport, User } from "boardcast";
import { Import as ImportIcon, X } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { allProjects } from "../../live/projects";
import { announce } from "../../platform/announce";
import { useActions } from "../../platform/use-actions";
import { Button } from "../../ui/button";
import { SelectField } from "../../ui/field";
import { isTable } from "./formats";
import { importing as words } from "./messages";
import type { ImportModel } from "./model";
import { People } from "./people";
import { bringsSomething, LeftBehind, Notes, TakenTable } from "./report";
import { Columns, Preview, Writing } from "./table";

interface Props {
	model: ImportModel;
	user: User;
	/** A dry run that is over. */
	checked: Import;
	zone: ComponentChildren;
}

/** What would come along, and what the person can say to it before it does. */
export function Check({ model, user, checked, zone }: Props) {
	const { report } = checked;
	const heading = useRef<HTMLHeadingElement>(null);
	// The zone that had the focus is gone.
	useEffect(() => heading.current?.focus(), []);
	useEffect(() => announce(words.lookedAt), [checked.id]);
	const busy = model.checking.value;
	const file = model.file.value;
	const isReady = file !== undefined && !busy;
	useActions(() => [
		{
			id: "import.start",
			label: () => words.title,
			group: () => words.group,
			enabled: () => isReady,
			run: () => void model.import(),
		},
	]);
	if (!report) return null;
	const format = words.formats[checked.format];
	return (
		<div class="import-check" aria-busy={busy || undefined}>
			<div class="section-head">
				<h2 ref={heading} tabIndex={-1}>
					{checked.format === "csv"
						? words.foundTable(checked.file_name)
						: words.found(checked.file_name, format)}
				</h2>
				<Button tone="ghost" icon={X} onClick={() => model.forget()}>
					{words.chooseOther}
				</Button>
			</div>
			{!file && (
				<>
					<p class="import-note">{words.needFile}</p>
					{zone}
				</>
			)}
			<Summary report={report} />
			{isTable(checked.format) && file && <Table model={model} checked={checked} />}
			<People model={model} user={user} people={report.people} />
			<LeftBehind report={report} />
			<Notes notes={report.notes} />
			{file && <Start model={model} busy={busy} />}
		</div>
	);
}

function Summary({ report }: { report: ImportReport }) {
	const { known_tasks: known, leaves } = report;
	const isNew = bringsSomething(report);
	return (
		<section class="import-summary">
			{isNew && <TakenTable report={report} caption={words.comes} />}
			{!isNew && <p class="import-note">{known > 0 ? words.nothingNew : words.nothingComes}</p>}
			{isNew && known > 0 && <p class="soft">{words.known(known)}</p>}
			{leaves.total > 0 && <p class="soft">{words.leaves(leaves.taken, leaves.total)}</p>}
		</section>
	);
}

function Table({ model, checked }: { model: ImportModel; checked: Import }) {
	return (
		<section class="section import-reading" aria-labelledby="import-table">
			<div>
				<h2 id="import-table">{words.table}</h2>
				<p class="soft">{words.tableHint}</p>
			</div>
			<Writing model={model} />
			{/* The rows of Todoist are of several kinds, whose columns are known. */}
			{checked.format !== "todoist_csv" && <Columns model={model} />}
			<Preview rows={checked.report?.preview ?? []} />
		</section>
	);
}

function Start({ model, busy }: { model: ImportModel; busy: boolean }) {
	const managed = (allProjects.value ?? []).filter(
		({ role, archived_at }) => archived_at === null && (role === "owner" || role === "manager"),
	);
	const target = model.target.value;
	const project = managed.find(({ id }) => id === target);
	const holds = target !== "" && target === model.holder.value;
	return (
		<section class="section import-start">
			<SelectField
				label={words.where}
				hint={holds ? words.holds : undefined}
				value={project?.id ?? ""}
				onPick={(id) => model.putInto(id)}
				options={[
					{ value: "", label: words.newProject },
					...managed.map(({ id, key, name }) => ({ value: id, label: `${key} ${name}` })),
				]}
			/>
			<Button tone="primary" icon={ImportIcon} disabled={busy} onClick={() => void model.import()}>
				{project ? words.startInto(project.name) : words.startNew}
			</Button>
		</section>
	);
}
