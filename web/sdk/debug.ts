// What a stream does, line by line, for a person who looks for a mistake.
import type { Client } from "./live/client.ts";
import { readMessage } from "./stream/message.ts";

/**
 * Writes each state of the connection, each frame, how late each event came by this machine's clock, and what is wrong with
 * their order. Returns how to stop. Titles and texts are left out.
 */
// biome-ignore lint/suspicious/noConsole: it is there for whom calls this
export function debug(client: Client, write: (line: string) => void = console.debug): () => void {
	const last = new Map<string, number>();
	const say = (text: string) => write(`boardcast ${new Date().toISOString().slice(11, 23)} ${text}`);
	const stops = [
		client.onState((state) => {
			const pause =
				state.state === "reconnecting"
					? `, again in ${Math.max(0, Math.round(state.at - Date.now()))} ms`
					: "";
			say(`${state.state}${pause}`);
		}),
		client.onFrame((frame) => {
			const message = readMessage(frame);
			const id = frame.id === undefined ? "" : ` id=${short(frame.id)}`;
			if (!message) return say(`${frame.event}${id}: not JSON, ${frame.data.length} characters`);
			if (message.type === "hello" || message.type === "reset") {
				say(`${message.type}${id} epoch=${message.epoch}`);
				for (const [project, { from, head, status, reason }] of Object.entries(message.projects)) {
					if (status === "ok") last.set(project, from);
					else last.set(project, head);
					say(
						`  ${short(project)} ${status}${reason ? ` (${reason})` : ""}: goes on behind ${last.get(project)}, head ${head}`,
					);
				}
				return undefined;
			}
			if (message.type !== "event") {
				const told = frame.event === "bye" || frame.event === "left" || frame.event === "joined";
				return say(`${frame.event}${id}${told ? ` ${frame.data}` : ""}`);
			}
			const { project, seq, type, at } = message.event;
			const before = last.get(project);
			last.set(project, Math.max(seq, before ?? 0));
			const order =
				before === undefined || seq === before + 1
					? ""
					: seq <= before
						? ` REPEATED, ${before} has come`
						: ` GAP behind ${before}`;
			return say(`${type} ${short(project)} seq=${seq} ${Date.now() - Date.parse(at)} ms${order}`);
		}),
	];
	return () => {
		for (const stop of stops) stop();
	};
}

/** The end of an id: its beginning is a time, which many share. */
function short(id: string): string {
	return id.length > 12 ? `…${id.slice(-8)}` : id;
}
