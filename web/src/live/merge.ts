// What becomes of an edit that was made on an older version: field by field. What others have not touched goes through; only
// what both have changed, each to something else, is asked about.
import type { Change, Problem } from "boardcast";
import { inWords } from "./in-words";
import type { Saw, StoredEdit, Typed } from "./stored-edit";

interface Merged {
	/** Goes out once more; absent when nothing is left of the edit but questions. */
	rest: StoredEdit | undefined;
	/** Each for one field. */
	asked: StoredEdit[];
}

/** A place among others is no decision of a person, and the completion follows the column. */
const follows = new Set(["position", "completed_at"]);
/** What is decided in one step. */
const together: Record<string, readonly string[]> = { due_on: ["start_on", "due_on"] };

export function merge(project: string, stored: StoredEdit, problem: Problem): Merged {
	const { saw, base } = stored;
	const { conflicts } = problem;
	const current = problem.current as Record<string, unknown> | undefined;
	if (!saw || !base || typeof current?.["version"] !== "number") return { rest: undefined, asked: [stored] };
	const mine = ownObject(stored, saw);
	const asked = Object.keys(saw.fields).filter((field) => {
		if (follows.has(field) || !conflicts.includes(field)) return false;
		return !same(current[field], saw.fields[field]) && !same(current[field], mine[field]);
	});
	const fresh = {
		...stored,
		base: { ...base, version: current["version"] },
		saw: { ...saw, fields: { ...saw.fields, ...pick(current, Object.keys(saw.fields)) } },
	};
	if (asked.length === 0) return { rest: fresh, asked: [] };
	const { body } = stored.request;
	const named = isObject(body) ? Object.keys(body) : [];
	// One request for one decision: it cannot be parted.
	if (stored.request.method !== "PATCH" || named.length < 2) {
		return { rest: undefined, asked: [question(project, fresh, placed(asked), current)] };
	}
	const left = named.filter((field) => !asked.includes(field));
	return {
		rest: left.length > 0 ? only(fresh, saw, left) : undefined,
		asked: asked.map((field) => question(project, only(fresh, saw, [field]), field, current)),
	};
}

/** A text is one already. Of what was chosen there are words. */
function question(
	project: string,
	stored: StoredEdit,
	field: string,
	current: Record<string, unknown>,
): StoredEdit {
	const { saw, typed } = stored;
	if (!saw || typed) return stored;
	const place = { kind: saw.kind, id: saw.id, field } as NonNullable<Typed["place"]>;
	const theirs = inWords.peek()?.(project, place, current);
	const yours = inWords.peek()?.(project, place, { ...current, ...ownObject(stored, saw) });
	if (!theirs || !yours) return stored;
	return { ...stored, typed: { ...yours, place, theirs: theirs.text, chosen: true } };
}

/** The field by which the decision is known. */
function placed(asked: readonly string[]): string {
	const [first = ""] = asked;
	return Object.entries(together).find(([, fields]) => fields.includes(first))?.[0] ?? first;
}

/** The edit with these fields only. */
function only(stored: StoredEdit, { kind, id }: Saw, fields: readonly string[]): StoredEdit {
	const own = pick(ownObject(stored, { kind, id }), [...fields, ...fields.map((field) => `${field}_html`)]);
	const isTyped = stored.typed?.place && fields.includes(stored.typed.place.field);
	const { typed, ...rest } = stored;
	return {
		...rest,
		...(isTyped && typed ? { typed } : {}),
		request: { ...stored.request, body: pick(stored.request.body as Record<string, unknown>, fields) },
		change: { changes: { [kind]: [{ id, ...own }] } } as Change,
	};
}

function ownObject({ change }: StoredEdit, { kind, id }: Pick<Saw, "kind" | "id">): Record<string, unknown> {
	return (change.changes?.[kind]?.find((one) => one.id === id) ?? {}) as Record<string, unknown>;
}

function pick(from: Record<string, unknown>, fields: readonly string[]): Record<string, unknown> {
	return Object.fromEntries(fields.flatMap((field) => (field in from ? [[field, from[field]]] : [])));
}

const isObject = (value: unknown) => typeof value === "object" && value !== null;

/** Values of fields are plain, or lists of plain ones. A cleared text is nothing to the server, and empty here. */
const told = (value: unknown) => JSON.stringify(value === "" ? null : (value ?? null));
const same = (one: unknown, other: unknown) => told(one) === told(other);
