import type { AdminUser, NewTotp } from "boardcast";
import { user } from "../../live/session";
import { api, body } from "../../platform/api";

export async function renameMe(name: string): Promise<void> {
	user.value = await body(api.PATCH("/me", { body: { name } }));
}

/** Whether others may see where the person is. */
export async function showMe(show_presence: boolean): Promise<void> {
	user.value = await body(api.PATCH("/me", { body: { show_presence } }));
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

/** Make the secret of a second factor: it counts once a code of it was shown. */
export function beginTotp(current_password: string): Promise<NewTotp> {
	return body(api.POST("/me/totp", { body: { current_password } }));
}

/** Turn the second factor on by a first code. Answers the recovery codes, and every other session ends. */
export async function enableTotp(code: string): Promise<readonly string[]> {
	return (await body(api.PUT("/me/totp", { body: { code } }))).recovery_codes;
}

/** Make new recovery codes, by a code or one of the old ones, which end. */
export async function renewCodes(current_password: string, code: string): Promise<readonly string[]> {
	return (await body(api.POST("/me/totp/recovery-codes", { body: { current_password, code } })))
		.recovery_codes;
}

/** Turn the second factor off, by a code or a recovery code. */
export async function removeTotp(current_password: string, code: string): Promise<void> {
	await body(api.DELETE("/me/totp", { body: { current_password, code } }));
}

/** For administrators: take the second factor off a person who lost it. */
export async function takeTotp(user: string, current_password: string): Promise<void> {
	await body(
		api.DELETE("/admin/users/{user}/totp", { params: { path: { user } }, body: { current_password } }),
	);
}

/** Delete one's account, for good; by a code too where the account has a second factor. */
export async function deleteMe(current_password: string, code?: string): Promise<void> {
	const asked = code === undefined ? { current_password } : { current_password, code };
	await body(api.DELETE("/me", { body: asked }));
}

/** Ask for a link by mail. The answer is the same whether there is such an account or not. */
export async function askForPasswordLink(email: string): Promise<void> {
	await body(api.POST("/password-resets", { body: { email } }));
}

/** Choose a new password by a link. Every session of the account ends. */
export async function choosePassword(secret: string, password: string): Promise<void> {
	await body(api.PUT("/password-resets", { body: { secret, password } }));
}

/**
 * For administrators: the address of a link by which a person chooses a new password. Another administrator's needs the
 * password of who asks.
 */
export async function makePasswordLink(user: string, password?: string): Promise<string> {
	const wanted = password === undefined ? {} : { current_password: password };
	const made = await body(
		api.POST("/admin/users/{user}/password-link", { params: { path: { user } }, body: wanted }),
	);
	// With the address in the browser: behind a proxy the server may have another one.
	return new URL(`/reset-password${new URL(made.url).hash}`, location.href).href;
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

/** For administrators: make an account. Answers the address of the link by which its person chooses a password. */
export async function createAccount(name: string, email: string): Promise<string> {
	const made = await body(api.POST("/admin/users", { body: { name, email } }));
	// With the address in the browser: behind a proxy the server may have another one.
	return new URL(`/reset-password${new URL(made.link.url).hash}`, location.href).href;
}

/** For administrators: sign another person out somewhere. */
export async function endSessionOf(user: string, session: string): Promise<void> {
	await body(api.DELETE("/admin/users/{user}/sessions/{session}", { params: { path: { user, session } } }));
}

/** For administrators: revoke a token of another person. */
export async function revokeTokenOf(user: string, token: string): Promise<void> {
	await body(api.DELETE("/admin/users/{user}/tokens/{token}", { params: { path: { user, token } } }));
}

/** For administrators: give an owner to a project that has none who can sign in. */
export async function giveOwner(project: string, user_id: string): Promise<void> {
	await body(
		api.PUT("/admin/projects/{project}/owner", { params: { path: { project } }, body: { user_id } }),
	);
}

/** For administrators, who may be no members: archive a project, or take it from the archive. */
export async function setArchivedAsAdmin(project: string, archived: boolean): Promise<void> {
	const call = { params: { path: { project } } };
	await body<unknown>(
		archived
			? api.PUT("/admin/projects/{project}/archive", call)
			: api.DELETE("/admin/projects/{project}/archive", call),
	);
}

/** For administrators: the project goes to the trash of its owners. It needs the administrator's own password. */
export async function deleteAsAdmin(project: string, current_password: string): Promise<void> {
	const call = { params: { path: { project } }, body: { current_password } };
	await body(api.PUT("/admin/projects/{project}/deletion", call));
}
