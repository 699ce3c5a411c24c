import type { Snapshot, Task } from "./api";
import type { People, Person } from "./people";

export interface Project {
	id: string;
	key: string;
	name: string;
	/** Ids by name. */
	columns: Record<string, string>;
}
type Role = "manager" | "editor" | "commenter" | "viewer";
interface Wanted {
	name?: string;
	bob?: Role | null;
	charlie?: Role | null;
	columns?: readonly { name: string; wip_limit?: number; kind?: string }[];
}

const basic = [{ name: "To do" }, { name: "Doing" }, { name: "Done", kind: "done" }];
let made = 0;

/** A project of Alice's with Bob and Charlie in it; its key is its own, so that tests do not meet in addresses. */
export async function makeProject({ alice, bob, charlie }: People, wanted: Wanted = {}): Promise<Project> {
	const key = keyOf(made++);
	const name = wanted.name ?? `Launch ${key}`;
	const project = await alice.api.post<{ id: string }>("/projects", { name, key, template: "empty" });
	const path = `/projects/${project.id}`;
	for (const [person, role] of [
		[bob, wanted.bob === undefined ? "manager" : wanted.bob],
		[charlie, wanted.charlie === undefined ? "editor" : wanted.charlie],
	] as const) {
		if (role) await alice.api.put(`${path}/members/${person.id}`, { role });
	}
	const columns: Record<string, string> = {};
	for (const column of wanted.columns ?? basic) {
		columns[column.name] = (await alice.api.post<{ id: string }>(`${path}/columns`, column)).id;
	}
	return { id: project.id, key, name, columns };
}

/** QAA, QAB …: letters only, as a key has to be. */
function keyOf(index: number): string {
	const letter = (value: number) => String.fromCharCode(65 + (value % 26));
	return `Q${letter(Math.floor(index / 26))}${letter(index)}`;
}

export function makeTask(person: Person, project: Project, title: string, more: object = {}): Promise<Task> {
	const fields = { title, column_id: project.columns["To do"], ...more };
	return person.api.post<Task>(`/projects/${project.id}/tasks`, fields);
}

export function snapshot(person: Person, project: Project): Promise<Snapshot> {
	return person.api.get<Snapshot>(`/projects/${project.id}/board`);
}

/** Titles by column, in their order, as the server has them. */
export async function titles(person: Person, project: Project): Promise<Record<string, string[]>> {
	const { columns, tasks } = await snapshot(person, project);
	const inOrder = tasks.filter((task) => task.archived_at === null).sort(byPosition);
	return Object.fromEntries(
		columns.map(({ id, name }) => [
			name,
			inOrder.filter((task) => task.column_id === id).map(({ title }) => title),
		]),
	);
}

/** Positions are compared as bytes. */
function byPosition(a: { position: string }, b: { position: string }): number {
	return a.position < b.position ? -1 : a.position > b.position ? 1 : 0;
}

/** A day from today, as the API writes it. */
export function day(offset: number): string {
	return new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
}
