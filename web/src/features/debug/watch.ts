// What the stream brings, as it comes, and what can be said of it.
import { signal } from "@preact/signals";
import { allProjects } from "../../lib/store/projects";
import { overhear } from "../../lib/stream";
import type { Frame } from "../../lib/stream/frames";
import { Clock } from "./clock";

export interface Line {
	/** Of this page, not of the server. */
	number: number;
	/** When it was read here, in ms since 1970. */
	at: number;
	type: string;
	/** Of events only. */
	seq?: number;
	project?: string;
	actor?: string;
	/** The cursor that came with it. */
	id?: string;
	/** When the server made it, by its own clock. */
	made?: number;
}

const kept = 200;
const questions = 12;
const address = "/api/v1/instance";

export const lines = signal<readonly Line[]>([]);
export const clock = new Clock();

/** Milliseconds since 1970, and finer than `Date.now()`. */
const now = () => performance.timeOrigin + performance.now();

export function watch(): () => void {
	const stopped = new AbortController();
	const stop = overhear(note);
	void setTheClock(stopped.signal);
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

/** A frame as a line; what carries the server's time tells of its clock too. */
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

/** Ask for the time until it is known well: the server tells it to the second with every answer. */
async function setTheClock(stopped: AbortSignal): Promise<void> {
	for (let turn = 0; turn < questions && !stopped.aborted; turn += 1) {
		await new Promise((done) => setTimeout(done, clock.nextQuestion(now())));
		if (stopped.aborted) return;
		const sent = now();
		const response = await fetch(address, { method: "HEAD", cache: "no-store", signal: stopped }).catch(
			() => undefined,
		);
		const second = Date.parse(response?.headers.get("Date") ?? "");
		if (Number.isFinite(second)) clock.answered(second, sent, now());
	}
}

/** How old each of the lines was when it came, as far as that is known by now. */
export function lags(of: readonly Line[]): number[] {
	return of.map(lag).filter((value) => value !== undefined);
}

/** In ms; an estimate that gets better for lines of the past too. */
export function lag({ made, at }: Line): number | undefined {
	return made === undefined ? undefined : clock.since(made, at);
}

/** The value below which this share of the lags lies. */
export function quantile(lags: readonly number[], share: number): number | undefined {
	const sorted = [...lags].sort((a, b) => a - b);
	return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}
