// A guess whether the session cookie is still valid. The page cannot read the cookie, so it notes the sign-in itself.
// A wrong guess costs one refused request.

const name = "boardcast.expected";
const hour = 3_600_000;
/** How long the server keeps a session that is not used. */
const lifetime = { remembered: 7 * 24 * hour, browserSession: 12 * hour };

const isNoted = (storage: Storage) => Number(storage.getItem(name)) > Date.now();

export function probablySignedIn(): boolean {
	return isNoted(localStorage) || isNoted(sessionStorage);
}

/** Note that a user is signed in; in the session storage when the cookie ends with the browser. */
export function noteSignedIn(remember = isNoted(localStorage)): void {
	noteSignedOut();
	const storage = remember ? localStorage : sessionStorage;
	storage.setItem(name, String(Date.now() + (remember ? lifetime.remembered : lifetime.browserSession)));
}

export function noteSignedOut(): void {
	localStorage.removeItem(name);
	sessionStorage.removeItem(name);
}

const addresses = "boardcast.addresses";

/** Note which project each address names, so that the next visit asks for its board without reading the list first. */
export function noteAddresses(ids: Readonly<Record<string, string>> | undefined): void {
	try {
		if (ids) localStorage.setItem(addresses, JSON.stringify(ids));
		else localStorage.removeItem(addresses);
	} catch {
		// Without storage the next visit reads one after the other.
	}
}

const places = "boardcast.places";

/** Note the places of people, by which they have their colours. */
export function notePlaces(known: ReadonlyMap<string, number> | undefined): void {
	try {
		if (known) localStorage.setItem(places, JSON.stringify([...known]));
		else localStorage.removeItem(places);
	} catch {
		// Without storage a person may have another colour on the next visit, until a project is opened.
	}
}

export function notedPlaces(): ReadonlyMap<string, number> {
	try {
		return new Map(JSON.parse(localStorage.getItem(places) ?? "[]") as [string, number][]);
	} catch {
		return new Map();
	}
}

const present = "boardcast.user";
let own: string | undefined;

/** Note who is signed in: all tabs of a browser share one cookie. */
export function noteUser(id: string): void {
	own = id;
	localStorage.setItem(present, id);
}

/** Who was last signed in here. */
export function notedUser(): string | null {
	return localStorage.getItem(present);
}

/** Whether the cookie may still be that of the user of this page. */
export function isStillUser(): boolean {
	if (own === undefined) return true;
	const now = notedUser();
	return now === null || now === own;
}

/** Calls back when another tab signs in another user. */
export function onOtherUser(changed: () => void): void {
	globalThis.addEventListener?.("storage", ({ key }) => {
		if (key === present && !isStillUser()) changed();
	});
}
