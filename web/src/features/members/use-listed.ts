import { useEffect, useState } from "preact/hooks";
import { api, body } from "../../platform/api";

/** What the server's list says of a member beside what the project's state has. */
interface Listed {
	/** For managers and owners only. */
	email: string | undefined;
	/** A person of an imported file who has no account. */
	guest: boolean;
}

type All = ReadonlyMap<string, Listed>;
const none: All = new Map();

/** What the list says of the members, by their ids. Read for those who may invite and set roles. */
export function useListed(project: string, mayKnow: boolean, count: number): All {
	const [listed, setListed] = useState(none);
	useEffect(() => {
		if (!mayKnow) {
			setListed(none);
			return undefined;
		}
		let over = false;
		read(project, count).then(
			(found) => {
				if (!over) setListed(found);
			},
			// Names are enough to go on with.
			() => undefined,
		);
		return () => {
			over = true;
		};
	}, [project, mayKnow, count]);
	return listed;
}

/** With another `count` the list is read again: a person joined, or left. */
async function read(project: string, count: number): Promise<All> {
	const found = new Map<string, Listed>();
	let cursor: string | undefined;
	do {
		const query = { limit: Math.min(Math.max(count, 1), 200), ...(cursor ? { cursor } : {}) };
		const page = await body(api.GET("/projects/{project}/members", { params: { path: { project }, query } }));
		for (const { id, email, guest } of page.items) found.set(id, { email: email ?? undefined, guest });
		cursor = page.next_cursor ?? undefined;
	} while (cursor);
	return found;
}
