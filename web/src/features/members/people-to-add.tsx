import type { Person, Problem, Role } from "boardcast";
import { useEffect, useState } from "preact/hooks";
import { addMember } from "../../domain/member/commands";
import type { ProjectStore } from "../../live/store/project";
import { api, body } from "../../platform/api";
import { explain } from "../../platform/i18n/errors";
import { toast } from "../../platform/toasts";
import { Avatar } from "../../ui/avatar";
import { Combobox } from "../../ui/combobox";
import { FormError } from "../../ui/form-error";
import { members } from "./messages";

/** People of the user's other projects, each added at one press. Nothing is shown where there are none. */
export function PeopleToAdd({ store, role }: { store: ProjectStore; role: Role }) {
	const [text, setText] = useState("");
	const [people, setPeople] = useState<readonly Person[]>([]);
	const [problem, setProblem] = useState<Problem | null>(null);
	const [added, setAdded] = useState<readonly string[]>([]);
	useEffect(() => {
		let current = true;
		const path = { project: store.id };
		body(api.GET("/projects/{project}/people", { params: { path, query: { q: text.trim() } } })).then(
			(list) => current && setPeople((before) => together(before, list.items)),
			(error: Problem) => current && setProblem(error),
		);
		return () => {
			current = false;
		};
	}, [store.id, text]);

	const add = async (user: string) => {
		const person = people.find(({ id }) => id === user);
		if (!person || added.includes(user)) return;
		setAdded([...added, user]);
		setProblem(null);
		try {
			await addMember(store, user, role);
			toast({ text: members.added(person.name) });
		} catch (error) {
			setAdded((all) => all.filter((id) => id !== user));
			setProblem(error as Problem);
		}
	};
	if (people.length === 0 && text === "" && !problem) return null;
	return (
		<section class="invite-part" aria-labelledby="invite-people">
			<h3 id="invite-people">{members.fromProjects}</h3>
			<p class="soft">{members.addHint}</p>
			<Combobox
				label={members.findPerson}
				placeholder={members.findPerson}
				picked={added}
				choices={people.map(({ id, name }) => ({
					id,
					label: name,
					picture: <Avatar id={id} name={name} decorative />,
				}))}
				onText={setText}
				onToggle={(user) => void add(user)}
			/>
			<FormError text={problem ? explain(problem) : undefined} />
		</section>
	);
}

/** The earlier results stay in the list, with the people who were just added, so that it does not jump. */
function together(before: readonly Person[], found: readonly Person[]): readonly Person[] {
	const all = new Map([...before, ...found].map((person) => [person.id, person]));
	return [...all.values()].sort((a, b) => a.name.localeCompare(b.name));
}
