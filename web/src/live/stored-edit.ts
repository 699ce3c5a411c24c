// Edits as data: they can wait for days, survive a reload, and be sent again.
import { type Api, type Change, Problem } from "@boardcast/client";
import { api } from "../platform/api";
import { isStillUser } from "./session-hint";

type Method = "POST" | "PUT" | "PATCH" | "DELETE";

interface StoredRequest {
	method: Method;
	path: string;
	params?: { path?: Record<string, unknown>; query?: Record<string, unknown> };
	body?: unknown;
}

/** The version that the person saw of these fields; the server refuses the edit when another person changed one since. */
export interface Base {
	version: number;
	fields: readonly string[];
}

/** A text that a person typed: it stays in sight when the server refuses the edit. */
export interface Typed {
	/** What was typed: "Title of WEB-7". */
	what: string;
	text: string;
	/** The text of the field when the typing began, where it is known: both changes can be put together by it. */
	was?: string;
	/** The field that it was meant for; absent for something new. */
	place?: {
		kind: "tasks" | "task_texts" | "labels" | "milestones" | "checklist_items" | "comments";
		id: string;
		field: string;
	};
}

/** All of an edit that a reload must not lose. */
export interface StoredEdit {
	request: StoredRequest;
	base?: Base;
	/** What the edit changed when it was made. */
	change: Change;
	failure: string;
	creates?: string;
	lane?: string;
	typed?: Typed;
	/** When it was first sent without an answer, in ms since 1970. */
	tried?: number;
}

/** So long the server knows an Idempotency-Key, in ms, with an hour to spare. */
const keyLives = 23 * 3_600_000;

/** Whether the server may have carried out a creation already and would carry it out again, as it has forgotten its key. */
export function mayDouble({ request, tried }: StoredEdit): boolean {
	return request.method === "POST" && tried !== undefined && Date.now() - tried > keyLives;
}

/** The request that `make` asks for. It gets an `Api` of the same calls, which sends nothing. */
export function recorded(make: (api: Api) => unknown): StoredRequest {
	let found: StoredRequest | undefined;
	const record = (method: Method) => (path: string, input: Omit<StoredRequest, "method" | "path">) => {
		found = { method, path, ...input };
		return Promise.resolve({ data: undefined });
	};
	const recorder = {
		POST: record("POST"),
		PUT: record("PUT"),
		PATCH: record("PATCH"),
		DELETE: record("DELETE"),
	};
	make(recorder as unknown as Api);
	if (!found) throw new Error("an edit without a request");
	return found;
}

const longestAnswer = 60_000;

/** The version that this page's own last change gave a field: a second change does not conflict with the first. */
const ownVersions = new Map<string, number>();

/** Send it, and return what the server answers. */
export async function sendStored(
	{ method, path, ...input }: StoredRequest,
	key: string,
	base?: Base,
): Promise<unknown> {
	// The cookie is that of another user: the edit waits for its own.
	if (!isStillUser()) throw Problem.offline();
	const fields = base?.fields ?? [];
	const version = Math.max(base?.version ?? 0, ...fields.map((field) => ownVersions.get(field) ?? 0));
	// A task that this page has just created has no version yet, and no other person has changed it.
	const match: Record<string, string> = version > 0 ? { "If-Match": `"${version}"` } : {};
	const call = api[method] as unknown as (path: string, input: object) => Promise<{ data: unknown }>;
	const headers = { "Idempotency-Key": key, ...match };
	// A connection that died without a word would hold up everything behind it.
	const { data } = await call(path, { ...input, headers, signal: AbortSignal.timeout(longestAnswer) });
	const now = (data as { version?: unknown } | undefined)?.version;
	if (typeof now === "number") for (const field of fields) ownVersions.set(field, now);
	return data;
}
