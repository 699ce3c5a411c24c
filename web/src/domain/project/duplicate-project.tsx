import { type Day, limits, type Project } from "boardcast";
import { useState } from "preact/hooks";
import { addressOf, allProjects } from "../../live/projects";
import { go } from "../../platform/router";
import { DayField } from "../../ui/day-field";
import { Checkbox, TextField } from "../../ui/field";
import { FormDialog } from "../../ui/form-dialog";
import { useForm } from "../../ui/use-form";
import { duplicateProject } from "./commands";
import { duplicate as words } from "./duplicate";
import { keyFrom } from "./key";

interface Props {
	project: Pick<Project, "id" | "name">;
	onClose: () => void;
}

/** A project as another one's beginning: same columns, labels, milestones and tasks, on other days if wanted. */
export function DuplicateProject({ project, onClose }: Props) {
	const [name, setName] = useState(words.copyOf(project.name));
	const [key, setKey] = useState("");
	const [start, setStart] = useState<Day | null>(null);
	const [members, setMembers] = useState(false);
	const others = (allProjects.value ?? []).map((other) => other.key);
	const form = useForm(async () => {
		const copy = await duplicateProject(project.id, {
			name: name.trim(),
			with_members: members,
			...(key ? { key } : {}),
			...(start ? { start_on: start } : {}),
		});
		onClose();
		go({ name: "project", key: addressOf(copy), view: "board" });
	});
	return (
		<FormDialog title={words.title(project.name)} form={form} submit={words.make} onClose={onClose}>
			<p class="soft">{words.what}</p>
			<TextField
				label={words.name}
				required
				autofocus
				maxLength={limits.NewProject.name.maxLength}
				value={name}
				onText={setName}
				error={form.error("name")}
			/>
			<TextField
				label={words.key}
				hint={words.keyHint}
				placeholder={keyFrom(name, others)}
				autocomplete="off"
				maxLength={limits.NewProject.key.maxLength}
				value={key}
				onText={(text) => setKey(text.toUpperCase())}
				error={others.includes(key) ? words.keyTaken : form.error("key")}
			/>
			<DayField label={words.start} hint={words.startHint} value={start} onPick={setStart} />
			<Checkbox label={words.members} checked={members} onPick={setMembers} />
		</FormDialog>
	);
}
