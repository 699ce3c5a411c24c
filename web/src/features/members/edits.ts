import { api, body } from "../../lib/api/client";
import type { Member, Role } from "../../lib/api/types";
import { members } from "../../lib/messages/members";
import { expectFarewell } from "../../lib/store/farewells";
import type { ProjectStore } from "../../lib/store/project";
import { receiveLeft } from "../../lib/store/projects";

const address = "/projects/{project}/members/{user}";

export function setRole(store: ProjectStore, member: Member, role: Role): void {
	store.edit({
		lane: `member-${member.id}`,
		failure: () => members.couldNotChangeRole(member.name),
		effect: () => ({ changes: { members: [{ id: member.id, role }] } }),
		send: (key) =>
			body(
				api.PUT(address, {
					params: { path: { project: store.id, user: member.id } },
					headers: { "Idempotency-Key": key },
					body: { role },
				}),
			),
	});
}

/** Awaited, not shown before: whether access really ended is worth knowing. */
export async function remove(store: ProjectStore, user: string): Promise<void> {
	await body(api.DELETE(address, { params: { path: { project: store.id, user } } }));
}

export async function leave(store: ProjectStore, me: string): Promise<void> {
	const stay = expectFarewell(store.id);
	try {
		await remove(store, me);
	} catch (error) {
		stay();
		throw error;
	}
	// The stream says it too; without one it would not be said at all.
	receiveLeft(store.id, "removed");
}
