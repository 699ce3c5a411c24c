import { createApi } from "boardcast";
import { fetchOrTake } from "./asked-ahead";

export { body } from "boardcast";

export const base = "/api/v1";

let signedOut: () => void = () => {};
let resolve: <T>(value: T) => T | Promise<T> = (value) => value;

/** Sets what happens when the server answers that the session has ended. */
export function onSignedOut(handler: () => void): void {
	signedOut = handler;
}

/** Sets what the path and the body of each request go through before it is sent. */
export function onResolve(handler: typeof resolve): void {
	resolve = handler;
}

export const api = createApi({
	baseUrl: base,
	signedOut: () => signedOut(),
	resolve: (value) => resolve(value),
	fetch: fetchOrTake,
});
