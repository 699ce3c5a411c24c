// Edits as data: they can wait for days, survive a reload, and be sent again.
import { type Api, type Change, type Kind, Problem } from "boardcast";
import { api } from "../platform/api";
import { isUnverified } from "./last/state";
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
	/** Only when the edit had to wait: of two people who see each other's edits the later one wins. */
	onceWaited?: true;
}

/** What the person saw of the object that an edit changes: the values of the fields that it gives others. */
export interface Saw {
	kind: Kind;
	id: string;
	fields: Record<string, unknown>;
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
		kind: "tasks" | "task_texts" | "labels" | "milestones" | "checklist_items" | "comments" | "attachments";
		id: string;
		field: string;
	};
	/** It was chosen, not typed: `text` says it in words, and `theirs` what others chose. */
	chosen?: true;
	theirs?: string;
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
	saw?: Saw;
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

/** No server can have seen it. */
const notSent = () => new Problem(0, { code: "offline", outcome: "not_done" });

const longestAnswer = 60_000;

/** The version that this page's own last change gave a field: a second change does not conflict with the first. */
const ownVersions = new Map<string, number>();

/** Send it, and return what the server answers. */
export async function sendStored(
	{ method, path, ...input }: StoredRequest,
	key: string,
	seen: Base | undefined,
	waited: boolean,
): Promise<unknown> {
	// The cookie is that of another user, or it is not known whose it is: the edit waits for its own.
	if (!isStillUser() || isUnverified.peek()) throw notSent();
	const base = seen?.onceWaited && !waited ? undefined : seen;
	const fields = seen?.fields ?? [];
	const version = base ? Math.max(base.version, ...fields.map((field) => ownVersions.get(field) ?? 0)) : 0;
	// A task that this page has just created has no version yet, and no other person has changed it.
	const match: Record<string, string> = version > 0 ? { "If-Match": `"${version}"` } : {};
	const call = api[method] as unknown as (path: string, input: object) => Promise<{ data: unknown }>;
	const headers = { "Idempotency-Key": key, ...match };
	// A connection that died without a word would hold up everything behind it.
	const isCutOff = globalThis.navigator?.onLine === false;
	const { data } = await call(path, {
		...input,
		headers,
		signal: AbortSignal.timeout(longestAnswer),
	}).catch((error) => {
		throw isCutOff && error instanceof Problem && error.code === "offline" ? notSent() : error;
	});
	const now = (data as { version?: unknown } | undefined)?.version;
	if (typeof now === "number") for (const field of fields) ownVersions.set(field, now);
	return data;
}
