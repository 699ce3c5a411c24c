import createClient, { type Middleware } from "openapi-fetch";
import { newKey } from "../ids";
import type { paths } from "./paths";
import { Problem } from "./problem";

export const base = "/api/v1";
const safe = new Set(["GET", "HEAD"]);

let signedOut: () => void = () => {};
/** Called when the server no longer knows us: sign in again, and come back to this address. */
export function onSignedOut(handler: () => void): void {
	signedOut = handler;
}

const middleware: Middleware = {
	onRequest({ request }) {
		// Every mutation carries a key, so that a retry after a lost answer has no second effect.
		if (!safe.has(request.method) && !request.headers.has("Idempotency-Key")) {
			request.headers.set("Idempotency-Key", newKey());
		}
		return request;
	},
	async onResponse({ request, response }) {
		if (response.ok || response.status === 304) return response;
		const problem = await Problem.from(response);
		// A wrong password is a 401 too; only a lost session sends people to the sign-in page.
		if (problem.code === "unauthenticated" && !request.url.endsWith("/session")) signedOut();
		throw problem;
	},
	onError({ error }) {
		if (error instanceof Problem) return error;
		if (error instanceof DOMException && error.name === "AbortError") return error;
		return Problem.offline();
	},
};

export const api = createClient<paths>({ baseUrl: base });
api.use(middleware);

/** The body of an answer; anything but a 2xx was thrown as a `Problem`. */
export async function body<T>(call: Promise<{ data?: T }>): Promise<T> {
	return (await call).data as T;
}
