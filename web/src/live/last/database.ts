// What the page last knew, in the browser's database: who the user is, their projects, and the state of each that was opened.
// Whatever goes wrong with it (no database in a private window, a full disk, a broken file), the page works as without.
import type { ProjectSummary, Snapshot, User } from "boardcast";
import { type IDBPDatabase, openDB } from "idb";
import { notedUser } from "../session-hint";
import { setAsOf } from "./as-of";
import { format, type Head, joined, type Patch } from "./board";
import { databaseName } from "./state";

const store = "last";

interface Known {
	format: number;
	user: User;
	projects: ProjectSummary[];
	/** When that was so, in ms since 1970. */
	at: number;
}

let opened: Promise<IDBPDatabase | undefined> | undefined;

function database(): Promise<IDBPDatabase | undefined> {
	opened ??= openDB(databaseName, 1, {
		upgrade: (db) => void db.createObjectStore(store),
		// The session has ended, in this tab or in another one: everything is deleted.
		blocking: (_current, _blocked, event) => {
			(event.target as IDBDatabase).close();
			opened = undefined;
		},
		terminated: () => {
			opened = undefined;
		},
	}).catch(() => undefined);
	return opened;
}

/** Undefined when it could not be done. */
async function tried<T>(act: (db: IDBPDatabase) => Promise<T>): Promise<T | undefined> {
	try {
		const db = await database();
		return db && (await act(db));
	} catch {
		return undefined;
	}
}

/** Everything whose key begins like this: in the order of keys a list stands behind all texts and numbers. */
const under = (...start: string[]) => IDBKeyRange.bound(start, [...start, []]);
const known = "";
const headOf = (user: string, project: string) => [user, project, known];

const begin = (db: IDBPDatabase) => db.transaction(store, "readwrite", { durability: "relaxed" });

export async function readKnown(user: string): Promise<Known | undefined> {
	const found = (await tried((db) => db.get(store, [user, known]))) as Known | undefined;
	const isWhole = found?.format === format && found.user?.id === user && Array.isArray(found.projects);
	return isWhole && found.projects.every(({ id, name, key }) => id && name && key) ? found : undefined;
}

export async function keepKnown(user: User, projects: readonly ProjectSummary[], at: number): Promise<void> {
	await tried((db) => db.put(store, { format, user, projects, at }, [user.id, known]));
}

/** The state of a project as it was kept; it is then shown as what it is. What is broken is forgotten. */
export async function showBoard(project: string): Promise<Snapshot | undefined> {
	const user = notedUser();
	if (user === null) return undefined;
	const found = await tried(async (db) => {
		const { store: kept } = db.transaction(store);
		const head = (await kept.get(headOf(user, project))) as Head | undefined;
		if (!head) return undefined;
		const parts = async (what: string) => kept.getAll(under(user, project, String(head.generation), what));
		const [slices, patches] = [await parts("slice"), await parts("patch")];
		return { head, slices, patches };
	});
	if (!found) return undefined;
	const { head, slices, patches } = found;
	const snapshot = joined(head, slices, patches);
	if (snapshot?.project.id === project && typeof head.at === "number") {
		setAsOf(project, head.at);
		return snapshot;
	}
	await forgetBoard(user, project);
	return undefined;
}

export function readHead(user: string, project: string): Promise<Head | undefined> {
	return tried((db) => db.get(store, headOf(user, project)));
}

/** One slice of a generation that has no head yet. */
export async function keepSlice(
	user: string,
	project: string,
	generation: string,
	at: number,
	slice: object,
): Promise<boolean> {
	const key = [user, project, generation, "slice", at];
	return (await tried((db) => db.put(store, slice, key))) !== undefined;
}

/** From now on this generation is the kept one; the others go. */
export async function keepHead(user: string, project: string, head: Head): Promise<boolean> {
	const done = await tried(async (db) => {
		const changing = begin(db);
		for (const key of await changing.store.getAllKeys(under(user, project))) {
			const [, , generation] = key as string[];
			if (generation !== head.generation) await changing.store.delete(key);
		}
		await changing.store.put(head, headOf(user, project));
		await changing.done;
		return true;
	});
	return done === true;
}

/** What has changed since; false when the kept state is not what it continues. */
export async function keepPatch(
	user: string,
	project: string,
	next: Head,
	patch: Patch | undefined,
): Promise<boolean> {
	const done = await tried(async (db) => {
		const changing = begin(db);
		const head = (await changing.store.get(headOf(user, project))) as Head | undefined;
		const before = next.patches - (patch ? 1 : 0);
		if (head?.generation !== next.generation || head.patches !== before) return false;
		if (patch) await changing.store.put(patch, [user, project, next.generation, "patch", next.patches]);
		await changing.store.put(next, headOf(user, project));
		await changing.done;
		return true;
	});
	return done === true;
}

export async function forgetBoard(user: string, project: string): Promise<void> {
	await tried((db) => db.delete(store, under(user, project)));
}

/** Keep nothing of others, and of this user only what lies in these projects. */
export async function forgetOthers(user: string, projects: ReadonlySet<string>): Promise<void> {
	await tried(async (db) => {
		const changing = begin(db);
		for (const key of await changing.store.getAllKeys()) {
			const [owner, project] = key as string[];
			const isMeant = owner === user && (project === known || projects.has(project ?? ""));
			if (!isMeant) await changing.store.delete(key);
		}
		const own = (await changing.store.get([user, known])) as Known | undefined;
		const left = own?.projects?.filter(({ id }) => projects.has(id));
		if (own && left?.length !== own.projects?.length)
			await changing.store.put({ ...own, projects: left }, [user, known]);
		await changing.done;
	});
}
