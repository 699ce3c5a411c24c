import type { Policy } from "boardcast";
import { api, body } from "../../platform/api";

/** For administrators: change what the server allows, and to whom. */
export function patchPolicy(change: Partial<Policy>): Promise<Policy> {
	return body(api.PATCH("/admin/policy", { body: change }));
}
