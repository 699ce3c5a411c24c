import type { Member, Role } from "boardcast";
import { command } from "../../live/command";
import { expectLoss } from "../../live/lost-projects";
import { receiveLeft } from "../../live/projects";
import type { ProjectStore } from "../../live/store/project";
import { api, body } from "../../platform/api";
import { member as words } from "./messages";

const address = "/projects/{project}/members/{user}";

export const setRole = command((store, member: Member, role: Role) => ({
	lane: `member-${member.id}`,
	failure: words.couldNotChangeRole(member.name),
	effect: () => ({ changes: { members: [{ id: member.id, role }] } }),
	request: (api) =>
		api.PUT(address, {
			params: { path: { project: store.id, user: member.id } },
			body: { role },
		}),
}));

/** Waits for the answer: the dialog shows a refusal. */
export async function addMember(store: ProjectStore, user: string, role: Role): Promise<void> {
	await body(api.PUT(address, { params: { path: { project: store.id, user } }, body: { role } }));
}

/** Waits for the answer: the person has to know whether the access really ended. */
export async function removeMember(store: ProjectStore, user: string): Promise<void> {
	await body(api.DELETE(address, { params: { path: { project: store.id, user } } }));
}

/** Waits for the answer: it cannot be undone. */
export async function mergeGuest(store: ProjectStore, guest: string, user_id: string): Promise<void> {
	const params = { path: { project: store.id, guest } };
	await body(api.POST("/projects/{project}/members/{guest}/merge", { params, body: { user_id } }));
}

export async function leaveProject(store: ProjectStore, me: string): Promise<void> {
	const notExpected = expectLoss(store.id);
	try {
		await removeMember(store, me);
	} catch (error) {
		notExpected();
		throw error;
	}
	// The stream reports it too, but the stream may be disconnected.
	receiveLeft(store.id, "removed");
}
