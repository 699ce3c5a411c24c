import { newKey } from "../idempotency-key.ts";
import type { paths } from "./paths.ts";
import { Problem } from "./problem.ts";

export interface ApiOptions {
	/** Where the API is: `/api/v1` on the page's own server, or a whole address. */
	baseUrl: string;
	/** An API token. Without one the browser's cookie counts. */
	token?: string | undefined;
	/** Called when the server answers that the session has ended. */
	signedOut?: () => void;
	/** Gets the values of the path and the body, and returns those that are sent; it may wait, for an id for example. */
	resolve?: <T>(value: T) => T | Promise<T>;
	/** Sends a request, in place of the global `fetch`. */
	fetch?: ((address: string, init: RequestInit) => Promise<Response>) | undefined;
}

type Method = "get" | "post" | "put" | "patch" | "delete";
/** The paths that know the method. */
type PathOf<M extends Method> = {
	[P in keyof paths & string]: paths[P] extends Record<M, object> ? P : never;
}[keyof paths & string];
type Operation<P extends keyof paths, M extends Method> = paths[P] extends Record<M, infer O> ? O : never;
type Params<O> = O extends { parameters: infer P } ? Pick<P, keyof P & ("path" | "query")> : unknown;
type BodyOf<O> = O extends { requestBody?: { content: infer C } } ? C[keyof C] : never;
type Input<O> = (Partial<Params<O>> extends Params<O> ? { params?: Params<O> } : { params: Params<O> }) &
	(O extends { requestBody: object } ? { body: BodyOf<O> } : { body?: BodyOf<O> }) & {
		headers?: Record<string, string>;
		signal?: AbortSignal;
		read?: ReadBody;
	};
/** Reads the body of a success, in place of parsing it whole. */
type ReadBody = (response: Response) => Promise<unknown>;
type Json<R> = R extends { content: { "application/json": infer B } } ? B : undefined;
type Output<O> = O extends { responses: infer R } ? Json<R[keyof R & (200 | 201 | 202 | 204)]> : never;
type Call<M extends Method> = <P extends PathOf<M>>(
	path: P,
	...input: Partial<Input<Operation<P, M>>> extends Input<Operation<P, M>>
		? [Input<Operation<P, M>>?]
		: [Input<Operation<P, M>>]
) => Promise<Answer<Output<Operation<P, M>>>>;

/** A success. There is no data with 204, and with 304. */
export interface Answer<T> {
	data: T;
	response: Response;
}

export interface Api {
	GET: Call<"get">;
	POST: Call<"post">;
	PUT: Call<"put">;
	PATCH: Call<"patch">;
	DELETE: Call<"delete">;
}

interface AnyInput {
	params?: { path?: Record<string, unknown>; query?: Record<string, unknown> };
	body?: unknown;
	headers?: Record<string, string>;
	signal?: AbortSignal;
	read?: ReadBody;
}

/** A typed client of the API. An answer that is no success is thrown as a `Problem`. */
export function createApi(options: ApiOptions): Api {
	const method =
		(name: string) =>
		(path: string, input: AnyInput = {}) =>
			call(options, name, path, input);
	const [GET, POST, PUT, PATCH, DELETE] = ["GET", "POST", "PUT", "PATCH", "DELETE"].map(method);
	return { GET, POST, PUT, PATCH, DELETE } as unknown as Api;
}

/** The body of an answer. */
export async function body<T>(call: Promise<{ data: T }>): Promise<T> {
	return (await call).data;
}

async function call(options: ApiOptions, method: string, path: string, input: AnyInput) {
	const { baseUrl, token, resolve, signedOut, fetch: send = globalThis.fetch } = options;
	const given = [input.params?.path ?? {}, input.body] as const;
	const [values, sent] = resolve ? await resolve(given) : given;
	const response = await request(send, baseUrl + addressOf(path, values, input.params?.query), {
		method,
		headers: {
			...(token ? { Authorization: `Bearer ${token}` } : {}),
			...(sent === undefined ? {} : { "Content-Type": "application/json" }),
			// Each request that changes something carries a key, so that a retry after a lost answer has no second effect.
			...(method === "GET" ? {} : { "Idempotency-Key": newKey() }),
			...input.headers,
		},
		...(sent === undefined ? {} : { body: JSON.stringify(sent) }),
		...(input.signal ? { signal: input.signal } : {}),
	});
	if (response.ok) return { data: await read(response, input.read), response };
	if (response.status === 304) return { data: undefined, response };
	const problem = await Problem.from(response);
	// A wrong password is a 401 too; only a session that has ended counts as signed out.
	if (problem.code === "unauthenticated" && path !== "/session") signedOut?.();
	throw problem;
}

function addressOf(
	path: string,
	values: Record<string, unknown>,
	query: Record<string, unknown> = {},
): string {
	const filled = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(values[name])));
	const search = new URLSearchParams();
	for (const [name, value] of Object.entries(query)) {
		for (const one of Array.isArray(value) ? value : [value]) {
			if (one !== undefined && one !== null) search.append(name, String(one));
		}
	}
	return search.size > 0 ? `${filled}?${search}` : filled;
}

async function request(
	send: NonNullable<ApiOptions["fetch"]>,
	address: string,
	init: RequestInit,
): Promise<Response> {
	try {
		return await send(address, init);
	} catch (error) {
		throw unlessAborted(error);
	}
}

async function read(response: Response, body: ReadBody = (whole) => whole.json()): Promise<unknown> {
	if (response.status === 204) return undefined;
	try {
		return await body(response);
	} catch (error) {
		// The connection broke, or a gateway answered in place of the server.
		throw unlessAborted(error);
	}
}

function unlessAborted(error: unknown): unknown {
	return error instanceof DOMException && error.name === "AbortError" ? error : Problem.offline();
}
