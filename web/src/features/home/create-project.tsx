import { type Day, limits } from "boardcast";
import { useState } from "preact/hooks";
import { createProject, duplicateProject } from "../../domain/project/commands";
import { keyFrom } from "../../domain/project/key";
import { addressOf, allProjects } from "../../live/projects";
import { policy } from "../../live/session";
import { common } from "../../platform/i18n/common";
import { go } from "../../platform/router";
import { Button } from "../../ui/button";
import { DayField } from "../../ui/day-field";
import { Dialog } from "../../ui/dialog";
import { SelectField, TextField } from "../../ui/field";
import { FormDialog } from "../../ui/form-dialog";
import { Segmented } from "../../ui/segmented";
import { useForm } from "../../ui/use-form";
import { creating } from "./creating";
import { home } from "./messages";

const templates = ["basic", "empty"] as const;
type Beginning = (typeof templates)[number];
const isBeginning = (value: string): value is Beginning => templates.some((one) => one === value);

export function CreateProject() {
	const [name, setName] = useState("");
	const [key, setKey] = useState("");
	/** One of the templates, or the id of a project that is one. */
	const [template, setTemplate] = useState<string>("basic");
	const [start, setStart] = useState<Day | null>(null);
	const own = (allProjects.value ?? []).filter((project) => project.template);
	const others = (allProjects.value ?? []).map((project) => project.key);
	const made = keyFrom(name, others);
	const isTaken = others.includes(key);
	const close = () => {
		creating.value = false;
	};
	const form = useForm(async () => {
		const wanted = { name: name.trim(), ...(key ? { key } : {}) };
		const project = isBeginning(template)
			? await createProject({ ...wanted, template })
			: await duplicateProject(template, { ...wanted, ...(start ? { start_on: start } : {}) });
		close();
		go({ name: "project", key: addressOf(project), view: "board" });
	});
	if (policy.value?.create_projects === false) {
		const footer = (
			<Button tone="primary" onClick={close}>
				{common.close}
			</Button>
		);
		return (
			<Dialog title={home.createProject} onClose={close} footer={footer}>
				<p>{home.projectsRestricted}</p>
			</Dialog>
		);
	}
	return (
		<FormDialog title={home.createProject} form={form} submit={home.create} onClose={close}>
			<TextField
				label={home.projectName}
				hint={home.projectNameHint}
				required
				maxLength={limits.NewProject.name.maxLength}
				autofocus
				value={name}
				onText={setName}
				error={form.error("name")}
			/>
			<TextField
				label={home.projectKey}
				hint={key || name.trim() ? home.tasksAre(key || made) : home.projectKeyHint}
				placeholder={name.trim() ? made : ""}
				autocomplete="off"
				maxLength={limits.NewProject.key.maxLength}
				value={key}
				onText={(text) => setKey(text.toUpperCase())}
				error={isTaken ? home.keyTaken : form.error("key")}
			/>
			{own.length > 0 ? (
				<SelectField
					label={home.template}
					value={template}
					onPick={setTemplate}
					options={[
						...templates.map((value) => ({ value, label: home.templates[value] })),
						...own.map((project) => ({ value: project.id, label: home.likeProject(project.name) })),
					]}
				/>
			) : (
				<Beginnings value={template} onPick={setTemplate} />
			)}
			{!isBeginning(template) && (
				<DayField label={home.start} hint={home.startHint} value={start} onPick={setStart} />
			)}
			<p>
				<a class="link" href="/import" onClick={close}>
					{home.importOther}
				</a>
			</p>
		</FormDialog>
	);
}

function Beginnings({ value, onPick }: { value: string; onPick: (value: string) => void }) {
	return (
		<div class="field">
			{/* The choice itself has it for screen readers. */}
			<p class="field-label" aria-hidden="true">
				{home.template}
			</p>
			<Segmented
				label={home.template}
				value={value}
				onPick={onPick}
				options={templates.map((one) => ({ value: one, label: home.templates[one] }))}
			/>
		</div>
	);
}
