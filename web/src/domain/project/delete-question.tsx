import type { Project } from "boardcast";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { openProject } from "../../live/projects";
import { toast } from "../../platform/toasts";
import { Confirm } from "../../ui/confirm";
import { TextField } from "../../ui/field";
import { restoreProject } from "../project-trash/commands";
import { deleteProject } from "./commands";
import { deleting } from "./deleting";

interface Props {
	project: Pick<Project, "id" | "name" | "key">;
	/** What goes with it. */
	children: ComponentChildren;
	/** Where to go then. */
	onDeleted: () => void;
	onClose: () => void;
}

/** The person has to type the key: the project goes from everybody's page at once. */
export function DeleteQuestion({ project, children, onDeleted, onClose }: Props) {
	const [text, setText] = useState("");
	const run = async () => {
		await deleteProject(openProject(project.id));
		toast({ text: deleting.deleted(project.name), undo: () => void restoreProject(project) });
		onDeleted();
	};
	return (
		<Confirm
			title={deleting.question(project.name)}
			confirm={deleting.title}
			ready={text.trim().toUpperCase() === project.key.toUpperCase()}
			run={run}
			onClose={onClose}
		>
			{children}
			<TextField
				label={deleting.confirm(project.key)}
				autocomplete="off"
				autofocus
				value={text}
				onText={setText}
			/>
		</Confirm>
	);
}
