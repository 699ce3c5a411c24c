import { Trash2 } from "lucide-preact";
import { useState } from "preact/hooks";
import { Button } from "../../components/button";
import { Confirm } from "../../components/confirm";
import { TextField } from "../../components/field";
import { api, body } from "../../lib/api/client";
import type { Project } from "../../lib/api/types";
import { settings } from "../../lib/messages/settings";
import { go } from "../../lib/router";
import { expectFarewell } from "../../lib/store/farewells";
import type { ProjectStore } from "../../lib/store/project";
import { receiveLeft } from "../../lib/store/projects";
import { toast } from "../../lib/toasts";

export function Deletion({ store, project }: { store: ProjectStore; project: Project }) {
	const [asking, setAsking] = useState(false);
	return (
		<div class="row">
			<div class="row-words">
				<h3>{settings.deleteTitle}</h3>
				<p class="row-note">{settings.deleteHint}</p>
			</div>
			<Button tone="danger" icon={Trash2} onClick={() => setAsking(true)}>
				{settings.delete}
			</Button>
			{asking && <Question store={store} project={project} onClose={() => setAsking(false)} />}
		</div>
	);
}

/** Typing the key is slow on purpose: nothing brings a deleted project back. */
function Question({
	store,
	project,
	onClose,
}: {
	store: ProjectStore;
	project: Project;
	onClose: () => void;
}) {
	const [text, setText] = useState("");
	const run = async () => {
		const stay = expectFarewell(store.id);
		try {
			await body(api.DELETE("/projects/{project}", { params: { path: { project: store.id } } }));
		} catch (error) {
			stay();
			throw error;
		}
		receiveLeft(store.id, "deleted");
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
