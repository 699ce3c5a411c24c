// Whether the page is likely to be opened by somebody who is signed in. The cookie itself cannot be seen from here;
// a wrong guess costs a request that is refused.

const name = "boardcast.expected";
const hour = 3_600_000;
/** As long as the server keeps a session that is not used. */
const idle = { remembered: 7 * 24 * hour, otherwise: 12 * hour };

const until = (storage: Storage) => Number(storage.getItem(name)) > Date.now();

export function isExpected(): boolean {
	return until(localStorage) || until(sessionStorage);
}

/** Somebody is signed in. Where the cookie ends with the browser, so does this. */
export function expectAgain(remember = until(localStorage)): void {
	expectNobody();
	const storage = remember ? localStorage : sessionStorage;
	storage.setItem(name, String(Date.now() + (remember ? idle.remembered : idle.otherwise)));
}

export function expectNobody(): void {
	localStorage.removeItem(name);
	sessionStorage.removeItem(name);
}
