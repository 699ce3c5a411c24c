import type { Scope } from "boardcast";
import { api, body } from "../../platform/api";

interface NewToken {
	name: string;
	scopes: Scope[];
	expires_at: string;
	/** Absent: all projects of the user. */
	project_ids?: string[];
}

/** Creates a token and returns its secret, which the server tells only this once. */
export async function createToken(fields: NewToken): Promise<string> {
	const { secret = "" } = await body(api.POST("/tokens", { body: fields }));
	return secret;
}

export async function revokeToken(token: string): Promise<void> {
	await body(api.DELETE("/tokens/{token}", { params: { path: { token } } }));
}
