import type { Project } from "@boardcast/client";
import { Trash2 } from "lucide-preact";
import { useState } from "preact/hooks";
import { deleteProject } from "../../domain/project/commands";
import type { ProjectStore } from "../../live/store/project";
import { perform } from "../../platform/actions";
import { go } from "../../platform/router";
import { toast } from "../../platform/toasts";
import { Button } from "../../ui/button";
import { Confirm } from "../../ui/confirm";
import { TextField } from "../../ui/field";
import { settings } from "./messages";

interface Props {
	store: ProjectStore;
	project: Project;
	/** The question is open. */
	open: boolean;
	onClose: () => void;
}

export function DeleteProject({ store, project, open, onClose }: Props) {
	return (
		<div class="row">
			<div class="row-words">
				<h3>{settings.deleteTitle}</h3>
				<p class="row-note">{settings.deleteHint}</p>
			</div>
			<Button tone="danger" icon={Trash2} onClick={() => perform("project.delete")}>
				{settings.delete}
			</Button>
			{open && <Question store={store} project={project} onClose={onClose} />}
		</div>
	);
}

/** The person has to type the key, because a deleted project cannot be restored. */
function Question({ store, project, onClose }: Omit<Props, "open">) {
	const [text, setText] = useState("");
	const run = async () => {
		await deleteProject(store);
		toast({ text: settings.deleted(project.name) });
		go({ name: "home" }, { replace: true });
	};
	return (
		<Confirm
			title={settings.deleteQuestion(project.name)}
			confirm={settings.deleteTitle}
			ready={text.trim().toUpperCase() === project.key.toUpperCase()}
			run={run}
			onClose={onClose}
		>
			<p>{settings.deleteHint}</p>
			<p>{settings.deleteWarning}</p>
			<TextField
				label={settings.deleteConfirm(project.key)}
				autocomplete="off"
				autofocus
				value={text}
				onText={setText}
			/>
		</Confirm>
	);
}
