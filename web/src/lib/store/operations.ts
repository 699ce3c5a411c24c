import { type ReadonlySignal, signal } from "@preact/signals";
import { Problem } from "../api/problem";
import { newKey } from "../ids";
import type { Effect } from "./replay";

/** An edit: seen at once through `effect`, made true by `send`. */
export interface Edit {
	effect: Effect;
	/** The request; `key` goes out as Idempotency-Key and comes back as the event's `cause`. */
	send: (key: string) => Promise<unknown>;
	/** What was tried, as a sentence without its end: "Could not move WEB-12". */
	failure: () => string;
	/** The refusal, before anybody is told; true means that the editor itself says what happened. */
	refused?: (problem: Problem) => boolean;
	/** Edits of one lane are sent one after another, so that two changes of one field keep their order. */
	lane?: string;
}

export interface Operation extends Edit {
	readonly key: string;
	/** Answered by the server, but its event has not come yet. */
	answered: boolean;
	/** The seq that the answer names, when it does. */
	version: number | undefined;
}

export interface Outcomes {
	answered(operation: Operation): void;
	failed(operation: Operation, problem: Problem): void;
}

const patience = 5;
const longest = 30_000;

/** How many edits wait for the network, over all projects: the pill's "offline, 3 changes waiting". */
const waiting = signal(0);
export const waitingCount: ReadonlySignal<number> = waiting;
const sleepers = new Set<() => void>();

/** The network is back: do not wait out the backoff. */
export function retryWaiting(): void {
	for (const wake of [...sleepers]) wake();
}

/** Sends edits, in order within a lane, again and again while it is not known whether they arrived. */
export class Outbox {
	readonly #lanes = new Map<string, Promise<void>>();

	constructor(private readonly outcomes: Outcomes) {}

	post(edit: Edit): Operation {
		const operation: Operation = { ...edit, key: newKey(), answered: false, version: undefined };
		const lane = edit.lane ?? operation.key;
		const before = this.#lanes.get(lane) ?? Promise.resolve();
		const mine = before.then(() => this.#send(operation));
		this.#lanes.set(lane, mine);
		void mine.finally(() => {
			if (this.#lanes.get(lane) === mine) this.#lanes.delete(lane);
		});
		return operation;
	}

	async #send(operation: Operation): Promise<void> {
		for (let attempt = 1; ; attempt++) {
			try {
				const answer = await operation.send(operation.key);
				operation.answered = true;
				operation.version = versionOf(answer);
				return this.outcomes.answered(operation);
			} catch (error) {
				const problem = error instanceof Problem ? error : new Problem(0, { code: "internal" });
				const again =
					problem.code === "offline" || (problem.status > 0 && problem.passing && attempt < patience);
				if (!again) return this.outcomes.failed(operation, problem);
				await sleep((problem.retry_after ?? 0) * 1000 || Math.min(longest, 500 * 2 ** attempt));
			}
		}
	}
}

function versionOf(answer: unknown): number | undefined {
	if (answer === null || typeof answer !== "object") return undefined;
	const { version, seq } = answer as { version?: unknown; seq?: unknown };
	if (typeof seq === "number") return seq;
	return typeof version === "number" ? version : undefined;
}

async function sleep(ms: number): Promise<void> {
	waiting.value += 1;
	await new Promise<void>((resolve) => {
		const wake = () => {
			clearTimeout(timer);
			sleepers.delete(wake);
			resolve();
		};
		const timer = setTimeout(wake, ms);
		sleepers.add(wake);
	});
	waiting.value -= 1;
}
