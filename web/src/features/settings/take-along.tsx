import type { Project } from "boardcast";
import { Download, FileUp } from "lucide-preact";
import { useState } from "preact/hooks";
import { type ExportKind, exportAddress, exportKinds } from "../../domain/project/export";
import { addressOf } from "../../live/projects";
import { Select } from "../../ui/select";
import { settings } from "./messages";

/** What comes into the project from outside, and the project as files. Plain links: the browser takes them as they are sent. */
export function TakeAlong({ project, manages }: { project: Project; manages: boolean }) {
	const [kind, setKind] = useState<ExportKind>("tasks");
	return (
		<section class="section" aria-labelledby="take-along-title">
			<h2 id="take-along-title">{settings.takeAlong}</h2>
			<div class="rows">
				{manages && (
					<div class="row">
						<div class="row-words">
							<h3>{settings.importTitle}</h3>
							<p class="row-note">{settings.importHint}</p>
						</div>
						<a class="button button-plain" href={`/import?project=${encodeURIComponent(addressOf(project))}`}>
							<FileUp size={16} aria-hidden="true" />
							{settings.import}
						</a>
					</div>
				)}
				<div class="row">
					<div class="row-words">
						<h3>{settings.exportTitle}</h3>
						<p class="row-note">{settings.exportHint}</p>
					</div>
					<a class="button button-plain" href={exportAddress(project.id, "json")} download="">
						<Download size={16} aria-hidden="true" />
						{settings.exportJson}
					</a>
				</div>
				<div class="row settings-table">
					<div class="row-words">
						<h3>{settings.tableTitle}</h3>
						<p class="row-note">{settings.tableHint}</p>
					</div>
					<Select
						label={settings.tableOf}
						aria-label={settings.tableOf}
						value={kind}
						onPick={(value) => setKind(exportKinds.find((one) => one === value) ?? "tasks")}
						options={exportKinds.map((value) => ({ value, label: settings.kinds[value] }))}
					/>
					<a class="button button-plain" href={exportAddress(project.id, "csv", kind)} download="">
						<Download size={16} aria-hidden="true" />
						{settings.exportCsv}
					</a>
				</div>
			</div>
		</section>
	);
}
