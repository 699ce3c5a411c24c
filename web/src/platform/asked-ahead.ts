// What `public/start.js` has asked for while this script was still on its way.

/** An answer that is older than this is not used: the page was kept from starting. In ms. */
const fresh = 10_000;

interface Asked {
	boardcastAsked?: Map<string, Promise<Response>>;
}

/** As `fetch`, but each answer that was asked for ahead is handed out once in place of a request. */
export async function fetchOrTake(address: string, init: RequestInit): Promise<Response> {
	const asked = (globalThis as Asked).boardcastAsked;
	const answer = isPlainRead(init) ? asked?.get(address) : undefined;
	if (!answer) return fetch(address, init);
	asked?.delete(address);
	// No cookie was known then, the connection was cut, or the server was busy: ask once more, as if nothing had been asked.
	const found = performance.now() < fresh ? await answer.catch(() => undefined) : undefined;
	return found?.ok || found?.status === 401 ? found : fetch(address, init);
}

/** Another form of the same answer, or one to a condition, has headers. */
function isPlainRead({ method, headers }: RequestInit): boolean {
	return (method ?? "GET") === "GET" && Object.keys(headers ?? {}).length === 0;
}

/** The user has changed: what was asked for was asked by another. */
export function forgetAsked(): void {
	(globalThis as Asked).boardcastAsked?.clear();
}
