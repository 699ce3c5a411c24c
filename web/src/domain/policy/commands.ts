import type { Policy } from "boardcast";
import { checkPolicy } from "../../live/session";
import { api, body } from "../../platform/api";

/** For administrators: change what the server allows, and to whom. */
export async function patchPolicy(change: Partial<Policy>): Promise<Policy> {
	const changed = await body(api.PATCH("/admin/policy", { body: change }));
	await checkPolicy();
	return changed;
}
