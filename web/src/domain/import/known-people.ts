// Whom a person works with: only they can be named as people of a file.
import type { Person, User } from "boardcast";
import { allProjects } from "../../live/projects";
import { api, body } from "../../platform/api";

const most = 200;
/** Where one manages no project their lists of members are read, of so many projects. */
const mostProjects = 20;

type Known = Pick<Person, "id" | "name">;

/** By name, oneself first. What cannot be read is left out: an import needs none of it. */
export async function knownPeople(me: User): Promise<Known[]> {
	const open = (allProjects.peek() ?? []).filter(({ archived_at }) => archived_at === null);
	const managed = open.find(({ role }) => role === "owner" || role === "manager");
	// The members of one project, and all whom one shares another one with.
	const reads = managed
		? [membersOf(managed.id), othersThan(managed.id)]
		: open.slice(0, mostProjects).map(({ id }) => membersOf(id));
	const read = (await Promise.allSettled(reads)).flatMap((one) =>
		one.status === "fulfilled" ? one.value : [],
	);
	const others = new Map(read.map(({ id, name }) => [id, { id, name }]));
	others.delete(me.id);
	return [{ id: me.id, name: me.name }, ...[...others.values()].sort((a, b) => a.name.localeCompare(b.name))];
}

async function membersOf(project: string): Promise<Known[]> {
	const { items } = await body(
		api.GET("/projects/{project}/members", { params: { path: { project }, query: { limit: most } } }),
	);
	// Accounts that are disabled, which guests of other imports are too, are no people one works with.
	return items.filter(({ disabled }) => !disabled);
}

async function othersThan(project: string): Promise<Known[]> {
	const { items } = await body(
		api.GET("/projects/{project}/people", { params: { path: { project }, query: { q: "", limit: most } } }),
	);
	return items;
}
