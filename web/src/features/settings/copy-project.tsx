import type { Project } from "boardcast";
import { Copy, LayoutTemplate } from "lucide-preact";
import { setTemplate } from "../../domain/project/commands";
import { duplicating } from "../../domain/project/duplicating";
import { policy } from "../../live/session";
import type { ProjectStore } from "../../live/store/project";
import { Button } from "../../ui/button";
import { settings } from "./messages";

interface Props {
	store: ProjectStore;
	project: Project;
	manages: boolean;
}

/** The project as the beginning of others: copied once, or offered as a template. */
export function CopyProject({ store, project, manages }: Props) {
	const { template } = project;
	const isAllowed = policy.value?.create_projects !== false;
	return (
		<section class="section" aria-labelledby="copy-title">
			<h2 id="copy-title">{settings.copies}</h2>
			<div class="rows">
				<div class="row">
					<div class="row-words">
						<h3>{settings.duplicateTitle}</h3>
						<p class="row-note">{isAllowed ? settings.duplicateHint : settings.projectsRestricted}</p>
					</div>
					{isAllowed && (
						<Button
							icon={Copy}
							onClick={() => {
								duplicating.value = project;
							}}
						>
							{settings.duplicate}
						</Button>
					)}
				</div>
				{manages && (
					<div class="row">
						<div class="row-words">
							<h3>{template ? settings.isTemplate : settings.templateTitle}</h3>
							<p class="row-note">{settings.templateHint}</p>
						</div>
						<Button icon={LayoutTemplate} onClick={() => setTemplate(store, !template)}>
							{template ? settings.noTemplate : settings.useAsTemplate}
						</Button>
					</div>
				)}
			</div>
		</section>
	);
}
