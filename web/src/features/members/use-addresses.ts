import { useEffect, useState } from "preact/hooks";
import { api, body } from "../../platform/api";

type Addresses = ReadonlyMap<string, string>;
const none: Addresses = new Map();

/** The e-mail addresses of members by id. The server tells them to managers and owners, and in its list only. */
export function useAddresses(project: string, mayKnow: boolean, count: number): Addresses {
	const [addresses, setAddresses] = useState(none);
	useEffect(() => {
		if (!mayKnow) {
			setAddresses(none);
			return undefined;
		}
		let over = false;
		read(project, count).then(
			(found) => {
				if (!over) setAddresses(found);
			},
			// Names are enough to go on with.
			() => undefined,
		);
		return () => {
			over = true;
		};
	}, [project, mayKnow, count]);
	return addresses;
}

/** With another `count` the list is read again: a person joined, or left. */
async function read(project: string, count: number): Promise<Addresses> {
	const found = new Map<string, string>();
	let cursor: string | undefined;
	do {
		const query = { limit: Math.min(Math.max(count, 1), 200), ...(cursor ? { cursor } : {}) };
		const page = await body(api.GET("/projects/{project}/members", { params: { path: { project }, query } }));
		for (const { id, email } of page.items) if (email) found.set(id, email);
		cursor = page.next_cursor ?? undefined;
	} while (cursor);
	return found;
}
