import { limits, type Project } from "boardcast";
import { type ProjectFields, patchProject } from "../../domain/project/commands";
import type { ProjectStore } from "../../live/store/project";
import { useLastEditor } from "../../live/use-last-editor";
import { common } from "../../platform/i18n/common";
import { toast } from "../../platform/toasts";
import { useUnsaved } from "../../platform/unsaved";
import { Button } from "../../ui/button";
import { Checkbox, TextField } from "../../ui/field";
import { Form } from "../../ui/form";
import { FormError } from "../../ui/form-error";
import { TextArea } from "../../ui/text-area";
import { useForm } from "../../ui/use-form";
import { useTypedFields } from "../../ui/use-typed-fields";
import { settings } from "./messages";

type Text = "name" | "key" | "description";

interface Props {
	store: ProjectStore;
	project: Project;
	manages: boolean;
}

/**
 * Name, key, description, and what completing a task does. Only the typed fields are sent; the others show what other people
 * change.
 */
export function General({ store, project, manages }: Props) {
	const archived = project.archived_at !== null;
	const fields = useTypedFields<ProjectFields>(project);
	const type = (field: Text) => (text: string) => fields.type(field, text);
	const editor = useLastEditor(store, "project", project.id);
	useUnsaved(fields.dirty);
	const form = useForm(async () => {
		await fields.send((changes, base) => patchProject(project.id, trimmed(changes), base));
		toast({ text: settings.saved });
	});
	// What was typed stays in sight when the role is lowered or the project is archived.
	if ((!manages || archived) && !fields.dirty) return <Facts project={project} archived={archived} />;
	const { value, dirty } = fields;
	const error = (field: Text) =>
		form.error(field) ??
		(fields.isContested(field) ? settings.theirs(project[field], editor(field)) : undefined);
	return (
		<section aria-labelledby="general-title">
			<h2 id="general-title" class="visually-hidden">
				{settings.general}
			</h2>
			<Form class="settings-form" onSubmit={form.onSubmit}>
				<TextField
					label={settings.name}
					required
					maxLength={limits.ProjectPatch.name.maxLength}
					value={value("name")}
					onText={type("name")}
					error={error("name")}
				/>
				<TextField
					label={settings.key}
					hint={settings.keyHint}
					required
					maxLength={limits.ProjectPatch.key.maxLength}
					class="input settings-key"
					value={value("key")}
					onText={(text) => type("key")(text.toUpperCase())}
					error={error("key")}
				/>
				<TextArea
					label={settings.description}
					hint={settings.descriptionHint}
					maxLength={limits.ProjectPatch.description.maxLength}
					value={value("description")}
					onText={type("description")}
					error={error("description")}
				/>
				<Checkbox
					label={settings.moveCompleted}
					checked={value("move_completed")}
					onPick={(checked) => fields.type("move_completed", checked)}
				/>
				<FormError text={form.message} />
				<div class="form-foot">
					<Button tone="primary" type="submit" busy={form.busy} disabled={!dirty}>
						{common.save}
					</Button>
					{dirty && (
						<Button tone="ghost" onClick={fields.reset}>
							{common.cancel}
						</Button>
					)}
				</div>
			</Form>
		</section>
	);
}

function Facts({ project, archived }: { project: Project; archived: boolean }) {
	return (
		<section class="stack">
			<h2 dir="auto">{project.name}</h2>
			<p class="settings-text" dir="auto">
				{project.description || <span class="soft">{settings.noDescription}</span>}
			</p>
			<p class="soft">{archived ? settings.archivedReadOnly : settings.readOnly}</p>
		</section>
	);
}

function trimmed(fields: Partial<ProjectFields>): Partial<ProjectFields> {
	const trim = (value: unknown) => (typeof value === "string" ? value.trim() : value);
	return Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, trim(value)]));
}
