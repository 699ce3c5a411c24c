/** An error answer of the server (RFC 9457), or code `offline` when the server gave no answer. */
export class Problem extends Error {
	readonly status: number;
	/** A stable code for programs: `wip_limit`, `version_conflict`, … */
	readonly code: string;
	readonly detail: string;
	readonly request_id: string | undefined;
	readonly errors: readonly { pointer: string; detail: string }[];
	readonly conflicts: readonly string[];
	/** The objects of a change of many that stood in its way. */
	readonly blocked: readonly unknown[];
	/** What was changed since what an undo would take back. */
	readonly touched: readonly { kind: string; id: string; fields: readonly string[] }[];
	/** The projects of which a person who goes is the only owner. */
	readonly projects: readonly { id: string; name: string; key: string }[];
	readonly current: unknown;
	/** The oldest event that the log still has, where an earlier one was asked for. */
	readonly oldest: number | undefined;
	readonly outcome: "unknown" | "not_done" | undefined;
	/** Seconds to wait, from `Retry-After`. */
	readonly retry_after: number | undefined;

	constructor(status: number, body: Record<string, unknown>, retryAfter?: number) {
		super(String(body["title"] ?? body["code"] ?? status));
		this.name = "Problem";
		this.status = status;
		this.code = typeof body["code"] === "string" ? body["code"] : codeOf(status);
		this.detail = typeof body["detail"] === "string" ? body["detail"] : "";
		this.request_id = body["request_id"] as string | undefined;
		this.errors = Array.isArray(body["errors"]) ? body["errors"] : [];
		this.conflicts = Array.isArray(body["conflicts"]) ? body["conflicts"] : [];
		this.blocked = Array.isArray(body["blocked"]) ? body["blocked"] : [];
		this.touched = Array.isArray(body["touched"]) ? body["touched"] : [];
		this.projects = Array.isArray(body["projects"]) ? body["projects"] : [];
		this.current = body["current"];
		this.oldest = typeof body["oldest"] === "number" ? body["oldest"] : undefined;
		this.outcome = body["outcome"] as "unknown" | "not_done" | undefined;
		this.retry_after = retryAfter;
	}

	static async from(response: Response): Promise<Problem> {
		const text = await response.text().catch(() => "");
		const after = Number(response.headers.get("Retry-After"));
		return new Problem(response.status, object(text), after > 0 ? after : undefined);
	}

	static offline(): Problem {
		return new Problem(0, { code: "offline" });
	}

	/** The error of one field of the request's body, to be shown under that field. */
	field(name: string): string | undefined {
		return this.errors.find((error) => error.pointer === `/${name}`)?.detail;
	}

	/** The request may be sent again with the same Idempotency-Key: the server did not refuse it. */
	get retryable(): boolean {
		return this.status === 0 || this.status === 429 || this.status === 502 || this.status >= 503;
	}
}

/** The fields of the body; none when a proxy answers with HTML. */
function object(text: string): Record<string, unknown> {
	try {
		const value: unknown = JSON.parse(text);
		return value !== null && typeof value === "object" ? (value as Record<string, unknown>) : {};
	} catch {
		return {};
	}
}

function codeOf(status: number): string {
	if (status === 0) return "offline";
	if (status === 401) return "unauthenticated";
	if (status === 404) return "not_found";
	if (status === 413) return "too_large";
	return status >= 500 ? "unavailable" : "bad_request";
}
