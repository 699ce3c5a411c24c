// The frames of the stream as they come, with an estimate of how late each event is.

import { signal } from "@preact/signals";
import type { Frame } from "boardcast";
import { allProjects } from "../../live/projects";
import { onFrame } from "../../live/stream";
import { Clock } from "./clock";

export interface Line {
	/** Counted by this page. */
	number: number;
	/** When the page read it, in ms since 1970. */
	at: number;
	type: string;
	/** Only events have one. */
	seq?: number;
	project?: string;
	actor?: string;
	/** The cursor that came with it. */
	id?: string;
	/** When the server made it, by the server's clock. */
	made?: number;
}

const kept = 200;
const requests = 12;
const address = "/api/v1/instance";

export const lines = signal<readonly Line[]>([]);
export const clock = new Clock();

/** Milliseconds since 1970, with fractions. */
const now = () => performance.timeOrigin + performance.now();

export function watch(): () => void {
	const stopped = new AbortController();
	const stop = onFrame(note);
	void estimateClock(stopped.signal);
	return () => {
		stopped.abort();
		stop();
	};
}

export function forget(): void {
	lines.value = [];
}

let count = 0;

function note(frame: Frame): void {
	const at = now();
	const line = read(frame, at, clock);
	count += 1;
	lines.value = [{ ...line, number: count, at }, ...lines.peek()].slice(0, kept);
}

/** A frame as a line of the log. The time of an event also narrows the estimate of the server's clock. */
export function read(frame: Frame, at: number, clock: Clock): Omit<Line, "number" | "at"> {
	const data = parse(frame.data);
	const made = typeof data["at"] === "string" ? Date.parse(data["at"]) : Number.NaN;
	const timed = Number.isFinite(made);
	if (timed) clock.heard(made, at);
	const actor = (data["actor"] as { name?: string } | null | undefined)?.name;
	const project = allProjects.peek()?.find(({ id }) => id === data["project"])?.key;
	return {
		type: frame.event,
		...(typeof data["seq"] === "number" ? { seq: data["seq"] } : {}),
		...(project ? { project } : {}),
		...(actor ? { actor } : {}),
		...(frame.id ? { id: frame.id } : {}),
		...(timed ? { made } : {}),
	};
}

function parse(data: string): Record<string, unknown> {
	try {
		return JSON.parse(data);
	} catch {
		return {};
	}
}

/** Estimate the server's clock from the `Date` header of a few answers, which has whole seconds. */
async function estimateClock(stopped: AbortSignal): Promise<void> {
	for (let turn = 0; turn < requests && !stopped.aborted; turn += 1) {
		await new Promise((done) => setTimeout(done, clock.nextRequest(now())));
		if (stopped.aborted) return;
		const sent = now();
		const response = await fetch(address, { method: "HEAD", cache: "no-store", signal: stopped }).catch(
			() => undefined,
		);
		const second = Date.parse(response?.headers.get("Date") ?? "");
		if (Number.isFinite(second)) clock.answered(second, sent, now());
	}
}

/** How late the lines were, those of which it is known. */
export function lags(of: readonly Line[]): number[] {
	return of.map(lag).filter((value) => value !== undefined);
}

/** How late a line was, in ms. The estimate improves with the clock, for older lines too. */
export function lag({ made, at }: Line): number | undefined {
	return made === undefined ? undefined : clock.since(made, at);
}

/** The value that `share` of the lags do not exceed. */
export function quantile(lags: readonly number[], share: number): number | undefined {
	const sorted = [...lags].sort((a, b) => a - b);
	return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}
