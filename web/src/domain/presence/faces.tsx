import { useComputed } from "@preact/signals";
import { findProject, openProject } from "../../live/projects";
import { narrow } from "../../platform/narrow";
import { route } from "../../platform/router";
import { Avatar } from "../../ui/avatar";
import { presence as words } from "./messages";
import { presentAt, presentIn, presentNow, type Seen } from "./people";
import "./faces.css";

interface Person extends Seen {
	name: string;
}

/** By name; those whom the project does not know (yet) are left out. */
function named(project: string, seen: readonly Seen[]): Person[] {
	const { members } = openProject(project).tables;
	return seen
		.flatMap((one) => {
			const name = members.get(one.user)?.name;
			return name === undefined ? [] : [{ ...one, name }];
		})
		.sort((a, b) => a.name.localeCompare(b.name));
}

/** So many names are read in one go. */
const mostNames = 20;

/** Who else is in the project that is shown. */
export function Faces() {
	const now = route.value;
	const project = now.name === "project" ? findProject(now.key)?.id : undefined;
	if (project === undefined) return null;
	const all = named(project, presentIn(project));
	if (all.length === 0) return null;
	const most = narrow.value ? 2 : 5;
	// A single person more has room in place of the number.
	const shown = all.length === most + 1 ? all : all.slice(0, most);
	const rest = all.slice(shown.length);
	const others = words.others(
		rest.slice(0, mostNames).map(({ name }) => name),
		rest.length - mostNames,
	);
	const does = ({ name, state }: Person) =>
		state === "editing" ? words.isEditing(name) : words.isHere(name);
	return (
		<ul class="faces" aria-label={words.here}>
			{shown.map((person) => (
				<li key={person.user} title={does(person)} data-state={person.state}>
					<Avatar id={person.user} name={person.name} decorative />
					<span class="visually-hidden">{does(person)}</span>
				</li>
			))}
			{rest.length > 0 && (
				<li class="faces-more" title={others}>
					<span aria-hidden="true">{words.more(rest.length)}</span>
					<span class="visually-hidden">{others}</span>
				</li>
			)}
		</ul>
	);
}

/** "Bob is looking at this", "Bob is editing". */
function sentences(people: readonly Person[]): string[] {
	const names = (state: Seen["state"]) => people.filter((one) => one.state === state).map(({ name }) => name);
	const [editing, viewing] = [names("editing"), names("viewing")];
	return [
		...(editing.length > 0 ? [words.editing(editing)] : []),
		...(viewing.length > 0 ? [words.looking(viewing)] : []),
	];
}

/** On a card: who has its task open. */
export function CardFaces({ project, task }: { project: string; task: string }) {
	// Each card reads who is at its own task: others come and go without it.
	const key = useComputed(() =>
		presentAt(project, task)
			.map(({ user, state }) => `${user} ${state}`)
			.join(),
	).value;
	const people = key === "" ? [] : named(project, presentNow(project, task));
	if (people.length === 0) return null;
	const said = sentences(people).join(", ");
	return (
		<span class="card-faces" role="img" aria-label={said} title={said}>
			{people.slice(0, 3).map(({ user, name, state }) => (
				<span key={user} class="card-face" data-state={state}>
					<Avatar id={user} name={name} size="s" decorative />
				</span>
			))}
		</span>
	);
}

/** In the dialog of a task: who else has it open, and who is changing it. */
export function Beside({ project, task }: { project: string; task: string }) {
	const people = named(project, presentAt(project, task));
	const isEdited = people.some(({ state }) => state === "editing");
	return (
		<div class="beside" role="status" data-state={isEdited ? "editing" : undefined}>
			{people.length > 0 && (
				<>
					<span class="beside-faces">
						{people.slice(0, 3).map(({ user, name }) => (
							<Avatar key={user} id={user} name={name} size="s" decorative />
						))}
					</span>
					<span>{sentences(people).join(", ")}</span>
				</>
			)}
		</div>
	);
}
