import type { ProjectEvent } from "../api/types.ts";
import type { Frame } from "./frames.ts";

/** Where the stream stands in a project: it tells the events after `from`, or the client has to read the project again. */
export interface Standing {
	from: number;
	head: number;
	/** The chain of the event behind which the stream goes on: `from`, or after a reset `head`. */
	chain?: string;
	status: "ok" | "reset";
	reason?: string;
}

/** What a frame says. `data` is the frame's own JSON. */
export type Message = { data: unknown } & (
	| { type: "hello" | "reset"; epoch: string; projects: Record<string, Standing> }
	| { type: "event"; event: ProjectEvent }
	| { type: "left"; project: string; reason: "removed" | "deleted" }
	| { type: "joined"; project: string }
	| { type: "other"; name: string }
);

/** Read a frame; undefined when it is not JSON. Types that are not known are `other`, so that a new one breaks nothing. */
export function readMessage({ event, data: text }: Frame): Message | undefined {
	let data: unknown;
	try {
		data = JSON.parse(text);
	} catch {
		return undefined;
	}
	const fields: Record<string, unknown> = data !== null && typeof data === "object" ? { ...data } : {};
	if (event === "hello" || event === "reset") {
		const projects = (fields["projects"] ?? {}) as Record<string, Standing>;
		return { type: event, data, epoch: String(fields["epoch"]), projects };
	}
	if (event === "left") {
		const reason = fields["reason"] === "deleted" ? "deleted" : "removed";
		return { type: event, data, project: String(fields["project"]), reason };
	}
	if (event === "joined") {
		return { type: event, data, project: String(fields["project"]) };
	}
	if (typeof fields["seq"] === "number") return { type: "event", data, event: data as ProjectEvent };
	return { type: "other", data, name: event };
}
