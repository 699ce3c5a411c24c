import type { AdminUser } from "@boardcast/client";
import { user } from "../../live/session";
import { api, body } from "../../platform/api";

export async function renameMe(name: string): Promise<void> {
	user.value = await body(api.PATCH("/me", { body: { name } }));
}

/** Once after signing in: the days of a person begin where the browser is. A failure is not shown. */
export async function tellTimeZone(): Promise<void> {
	const me = user.peek();
	const { timeZone: time_zone } = Intl.DateTimeFormat().resolvedOptions();
	if (!me || me.time_zone === time_zone) return;
	// The user stays the same object: what is open on the screens would begin anew with another one.
	await body(api.PATCH("/me", { body: { time_zone } })).then(
		() => {
			me.time_zone = time_zone;
		},
		() => {},
	);
}

export async function changePassword(current_password: string, new_password: string): Promise<void> {
	await body(api.PUT("/me/password", { body: { current_password, new_password } }));
}

export async function endSession(session: string): Promise<void> {
	await body(api.DELETE("/me/sessions/{session}", { params: { path: { session } } }));
}

export type AccountPatch = { admin: boolean } | { disabled: boolean };

/**
 * For administrators: give or take their rights, disable or enable an account. Making an administrator needs the
 * password of who does it.
 */
export function patchAccount(id: string, changes: AccountPatch, password?: string): Promise<AdminUser> {
	const wanted = password === undefined ? changes : { ...changes, current_password: password };
	return body(api.PATCH("/admin/users/{user}", { params: { path: { user: id } }, body: wanted }));
}

/** For administrators: give an owner to a project that has none who can sign in. */
export async function giveOwner(project: string, user_id: string): Promise<void> {
	await body(
		api.PUT("/admin/projects/{project}/owner", { params: { path: { project } }, body: { user_id } }),
	);
}
