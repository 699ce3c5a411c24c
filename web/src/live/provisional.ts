// What the page makes up for an object until the server has answered: its id, and its place among the others.
//
// All provisional ids have one form. An edit may name one at any time: its request waits until the creation is answered
// and is then sent with the server's id, and what it shows follows the object from one id to the other.
import { between, newKey, Problem } from "boardcast";

const prefix = "new-";

interface Provisional {
	/** The server's id, once it is known. */
	real: string | undefined;
	answer: Promise<string>;
	settle: (id: string) => void;
	abandon: (problem: Problem) => void;
}

/** Only ids that were given here count: a title "new-…" that a person types stays as it is. */
const given = new Map<string, Provisional>();
let replacedCount = 0;

/** An id for an object that the server has not created yet. */
export function provisionalId(): string {
	const id = prefix + newKey();
	adoptProvisional(id);
	return id;
}

/** Knows an id that was given before the page was loaded again, or whose creation is asked for once more. */
export function adoptProvisional(id: string): void {
	if (given.get(id)?.real !== undefined) return;
	let settle: Provisional["settle"] = () => {};
	let abandon: Provisional["abandon"] = () => {};
	const answer = new Promise<string>((resolve, reject) => {
		settle = resolve;
		abandon = reject;
	});
	// The requests that wait for it are told; without one there is nothing to tell.
	answer.catch(() => {});
	given.set(id, { real: undefined, answer, settle, abandon });
}

/** Whether the server has given the id. */
export function isSaved(id: string): boolean {
	return !id.startsWith(prefix);
}

/** The creation was answered, or its event has come. */
export function replaceProvisional(id: string, real: string): void {
	const known = given.get(id);
	if (!known || known.real !== undefined) return;
	known.real = real;
	replacedCount += 1;
	known.settle(real);
}

/** The creation was refused: what waits for it cannot be sent. */
export function abandonProvisional(id: string): void {
	given.get(id)?.abandon(new Problem(0, { code: "not_created" }));
}

/** The server's id in place of a provisional one, where it is known. */
export function currentId(id: string): string {
	return given.get(id)?.real ?? id;
}

/** `value` with the server's ids in place of the provisional ones that are known. */
export function withCurrentIds<T>(value: T): T {
	return replacedCount === 0 ? value : mapped(value, currentId);
}

/** `value` with the server's ids; waits for those that are not known yet. For requests. */
export async function withRealIds<T>(value: T): Promise<T> {
	const waiting = new Set<Promise<string>>();
	mapped(value, (text) => {
		const known = given.get(text);
		if (known) waiting.add(known.answer);
		return text;
	});
	if (waiting.size === 0) return value;
	await Promise.all(waiting);
	return withCurrentIds(value);
}

/** The same value with each text in it replaced: a copy only where one is. It runs for each waiting edit at each event. */
function mapped<T>(value: T, replace: (text: string) => string): T {
	if (typeof value === "string") return replace(value) as T;
	if (typeof value !== "object" || value === null) return value;
	const isList = Array.isArray(value);
	// Files and forms are no plain objects, and name nothing.
	if (!isList && Object.getPrototypeOf(value) !== Object.prototype) return value;
	let copy: Record<string, unknown> | undefined;
	for (const [name, one] of Object.entries(value)) {
		const replaced = mapped(one, replace);
		if (replaced === one) continue;
		copy ??= (isList ? [...value] : { ...value }) as Record<string, unknown>;
		copy[name] = replaced;
	}
	return (copy ?? value) as T;
}

interface Placed {
	id: string;
	position: string;
}

/** A position for `id` behind `after`; null is the first place, undefined or an unknown id the last one. */
export function keyAfter(rows: Iterable<Placed>, id: string, after: string | null | undefined): string {
	const [own, neighbour] = [currentId(id), after && currentId(after)];
	const others = [...rows].filter((row) => row.id !== own);
	const before = neighbour ? others.find((row) => row.id === neighbour)?.position : undefined;
	if (after !== null && before === undefined) return between(edge(others, 1), undefined);
	const next = others.filter((row) => before === undefined || row.position > before);
	return between(before, edge(next, -1));
}

/** The highest (1) or lowest (-1) position. */
function edge(rows: readonly Placed[], side: 1 | -1): string | undefined {
	let found: string | undefined;
	for (const { position } of rows) {
		if (found === undefined || (side === 1 ? position > found : position < found)) found = position;
	}
	return found;
}
