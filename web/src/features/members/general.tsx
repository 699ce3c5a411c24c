import { useState } from "preact/hooks";
import { Button } from "../../components/button";
import { TextField } from "../../components/field";
import { useForm } from "../../components/form";
import { Refusal } from "../../components/refusal";
import { TextArea } from "../../components/text-area";
import { api, body } from "../../lib/api/client";
import { Problem } from "../../lib/api/problem";
import type { Project } from "../../lib/api/types";
import { common } from "../../lib/messages/common";
import { settings } from "../../lib/messages/settings";
import { toast } from "../../lib/toasts";

type Fields = Pick<Project, "name" | "key" | "description">;

/** Only what was typed is sent; what others change meanwhile shows through everywhere else. */
export function General({ project, manages }: { project: Project; manages: boolean }) {
	const [typed, setTyped] = useState<Partial<Fields>>({});
	const [base, setBase] = useState(project.version);
	/** Fields that somebody else changed while we typed. */
	const [contested, setContested] = useState<readonly string[]>([]);
	const archived = project.archived_at !== null;
	const type = (field: keyof Fields) => (text: string) => {
		if (Object.keys(typed).length === 0) setBase(project.version);
		setTyped({ ...typed, [field]: text });
	};
	const form = useForm(async () => {
		try {
			const headers = { "If-Match": `"${base}"` };
			const params = { path: { project: project.id } };
			await body(api.PATCH("/projects/{project}", { params, headers, body: trimmed(typed) }));
			setTyped({});
			setContested([]);
			toast({ text: settings.saved });
		} catch (error) {
			// Their text is shown; saving again then means it.
			if (error instanceof Problem && error.code === "version_conflict") {
				setBase(versionOf(error) ?? base);
				setContested(error.conflicts);
			}
			throw error;
		}
	});
	if (!manages || archived) return <Facts project={project} archived={archived} />;
	const cancel = () => {
		setTyped({});
		setContested([]);
	};
	const value = (field: keyof Fields) => typed[field] ?? project[field];
	const error = (field: keyof Fields) =>
		form.error(field) ?? (contested.includes(field) ? settings.theirs(project[field]) : undefined);
	const dirty = (Object.keys(typed) as (keyof Fields)[]).some((field) => typed[field] !== project[field]);
	return (
		<section aria-labelledby="general-title">
			<h2 id="general-title" class="quiet">
				{settings.general}
			</h2>
			<form class="settings-form" onSubmit={form.onSubmit}>
				<TextField
					label={settings.name}
					required
					maxLength={255}
					value={value("name")}
					onText={type("name")}
					error={error("name")}
				/>
				<TextField
					label={settings.key}
					hint={settings.keyHint}
					required
					maxLength={10}
					class="input settings-key"
					value={value("key")}
					onText={(text) => type("key")(text.toUpperCase())}
					error={error("key")}
				/>
				<TextArea
					label={settings.description}
					hint={settings.descriptionHint}
					value={value("description")}
					onText={type("description")}
					error={error("description")}
				/>
				<Refusal text={form.refusal} />
				<div class="form-foot">
					<Button tone="primary" type="submit" busy={form.busy} disabled={!dirty}>
						{common.save}
					</Button>
					{dirty && (
						<Button tone="ghost" onClick={cancel}>
							{common.cancel}
						</Button>
					)}
				</div>
			</form>
		</section>
	);
}

function Facts({ project, archived }: { project: Project; archived: boolean }) {
	return (
		<section class="stack">
			<h2>{project.name}</h2>
			<p class="settings-text">{project.description || <span class="soft">{settings.noDescription}</span>}</p>
			<p class="soft">{archived ? settings.archivedReadOnly : settings.readOnly}</p>
		</section>
	);
}

function trimmed(fields: Partial<Fields>): Partial<Fields> {
	return Object.fromEntries(Object.entries(fields).map(([field, text]) => [field, text.trim()]));
}

function versionOf(problem: Problem): number | undefined {
	const version = (problem.current as { version?: unknown } | undefined)?.version;
	return typeof version === "number" ? version : undefined;
}
