import { useEffect, useState } from "preact/hooks";
import { Avatar } from "../../components/avatar";
import { Button } from "../../components/button";
import { Combobox } from "../../components/combobox";
import { Dialog } from "../../components/dialog";
import { Skeleton } from "../../components/empty";
import { SelectField } from "../../components/field";
import { Refusal } from "../../components/refusal";
import { api, body } from "../../lib/api/client";
import type { Problem } from "../../lib/api/problem";
import type { Person, Role } from "../../lib/api/types";
import { explain } from "../../lib/messages/errors";
import { members } from "../../lib/messages/members";
import type { ProjectStore } from "../../lib/store/project";
import { toast } from "../../lib/toasts";
import { explainedOptions } from "./roles";

interface Props {
	store: ProjectStore;
	roles: readonly Role[];
	onClose: () => void;
}

/** Bring in people from one's other projects, one press each. */
export function AddPeople({ store, roles, onClose }: Props) {
	const [role, setRole] = useState<Role>("editor");
	const [text, setText] = useState("");
	const [people, setPeople] = useState<readonly Person[] | undefined>(undefined);
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
		const person = people?.find(({ id }) => id === user);
		if (!person || added.includes(user)) return;
		setAdded([...added, user]);
		setProblem(null);
		try {
			const path = { project: store.id, user };
			await body(api.PUT("/projects/{project}/members/{user}", { params: { path }, body: { role } }));
			toast({ text: members.added(person.name) });
		} catch (error) {
			setAdded((all) => all.filter((id) => id !== user));
			setProblem(error as Problem);
		}
	};
	const footer = <Button onClick={onClose}>{members.done}</Button>;
	return (
		<Dialog title={members.addTitle} onClose={onClose} footer={footer}>
			<div class="stack">
				<p class="soft">{people?.length === 0 && text === "" ? members.nobodyLeft : members.addHint}</p>
				{!people && !problem && <Skeleton lines={2} />}
				{people && (people.length > 0 || text !== "") && (
					<>
						<SelectField
							label={members.addRole}
							value={role}
							options={explainedOptions(roles)}
							onPick={(value) => setRole(value as Role)}
						/>
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
					</>
				)}
				<Refusal text={problem ? explain(problem) : undefined} />
			</div>
		</Dialog>
	);
}

/** Those found before stay, also the ones just added, so that the list does not jump. */
function together(before: readonly Person[] | undefined, found: readonly Person[]): readonly Person[] {
	const all = new Map([...(before ?? []), ...found].map((person) => [person.id, person]));
	return [...all.values()].sort((a, b) => a.name.localeCompare(b.name));
}
