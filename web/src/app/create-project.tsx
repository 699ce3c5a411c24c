import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import { TextField } from "../components/field";
import { useForm } from "../components/form";
import { FormDialog } from "../components/form-dialog";
import { Segmented } from "../components/segmented";
import { api, body } from "../lib/api/client";
import { shell } from "../lib/messages/shell";
import { go } from "../lib/router";
import { addressOf, loadProjects } from "../lib/store/projects";

export const creating = signal(false);

const templates = ["basic", "empty"] as const;

export function CreateProject() {
	const [name, setName] = useState("");
	const [key, setKey] = useState("");
	const [template, setTemplate] = useState<(typeof templates)[number]>("basic");
	const close = () => {
		creating.value = false;
	};
	const form = useForm(async () => {
		const wanted = { name: name.trim(), template, ...(key ? { key } : {}) };
		const project = await body(api.POST("/projects", { body: wanted }));
		await loadProjects();
		close();
		go({ name: "project", key: addressOf(project), view: "board" });
	});
	return (
		<FormDialog title={shell.createProject} form={form} submit={shell.create} onClose={close}>
			<TextField
				label={shell.projectName}
				hint={shell.projectNameHint}
				required
				maxLength={255}
				autofocus
				value={name}
				onText={setName}
				error={form.error("name")}
			/>
			<TextField
				label={shell.projectKey}
				hint={shell.projectKeyHint}
				maxLength={10}
				value={key}
				onText={(text) => setKey(text.toUpperCase())}
				error={form.error("key")}
			/>
			<Segmented
				label={shell.template}
				value={template}
				onPick={setTemplate}
				options={templates.map((value) => ({ value, label: shell.templates[value] }))}
			/>
		</FormDialog>
	);
}
