import { newKey, Problem } from "boardcast";
import { mayDouble, type StoredEdit } from "../stored-edit";
import { Gate } from "./gate";
import { keeper } from "./keeper";
import type { Effect } from "./replay";

/** An edit that is shown before the server has answered: `effect` is what it changes, `send` the request. */
export interface Edit {
	effect: Effect;
	/** The request; `key` goes out as Idempotency-Key and comes back as the event's `cause`. `waited`: not at once. */
	send: (key: string, waited: boolean) => Promise<unknown>;
	/** What the server refused, for a toast: "Could not move WEB-12". */
	failure: () => string;
	/** Gets the refusal first; true means that it has told the person itself. */
	refused?: (problem: Problem) => boolean;
	/** The provisional id of the object that this edit creates. */
	creates?: string;
	/** Requests of one lane are sent one after another, so that two changes of one field keep their order. */
	lane?: string;
	/** The cause of the event, where the server does not take the key. */
	cause?: string;
	/** Absent: the edit is lost with the page. */
	stored?: StoredEdit;
}

export interface Operation extends Edit {
	readonly key: string;
	/** By which its event is known: the key, unless the edit says another. */
	readonly cause: string;
	readonly turn: number;
	/** When it was made, in ms since 1970. */
	readonly at: number;
	/** It was not sent at once: others may have gone on without knowing of it. */
	waited: boolean;
	/** The server has answered, but the stream has not brought the event yet. */
	answered: boolean;
	/** The seq of the event, when the answer names it. */
	version: number | undefined;
}

interface Outcomes {
	answered(operation: Operation, answer: unknown): void;
	failed(operation: Operation, problem: Problem): void;
	/** Another person has changed the object since: true when the edit may go out once more. */
	merged?(operation: Operation, problem: Problem): Promise<boolean>;
	/** The project is lost: nothing is sent to it any more. */
	isOver?(): boolean;
}

const maxAttempts = 5;
/** So often an edit is merged with what others did; after that the person is asked. */
const maxMerges = 20;

/** Where edits wait for the network, in all projects: "offline, 3 changes waiting". */
export const gate = new Gate();
let turns = 0;
/** Grows when the session ends: an edit of the former user is not sent any more. */
let generation = 0;

/** Another number after each session. */
export const sessionNow = () => generation;

/** The session has ended: nothing that waits is sent from here. */
export function endOperations(): void {
	generation += 1;
	gate.clear();
}

/** Sends edits, in order within a lane, and repeats a request as long as it is unknown whether it arrived. */
export class Outbox {
	readonly #lanes = new Map<string, Promise<void>>();

	constructor(
		private readonly project: string,
		private readonly outcomes: Outcomes,
	) {}

	/** `key` is given for an edit that was made before the page was loaded again. */
	post(edit: Edit, known?: string): Operation {
		const key = known ?? newKey();
		const made = { key, turn: ++turns, at: Date.now(), waited: known !== undefined || gate.isShut };
		const operation: Operation = { cause: key, ...edit, ...made, answered: false, version: undefined };
		const lane = edit.lane ?? operation.key;
		const before = this.#lanes.get(lane) ?? Promise.resolve();
		const born = generation;
		gate.count(1);
		this.keep(operation);
		const mine = before
			.then(() => this.#send(operation, born))
			.finally(() => {
				if (born === generation) gate.count(-1);
				if (this.#lanes.get(lane) === mine) this.#lanes.delete(lane);
			});
		this.#lanes.set(lane, mine);
		return operation;
	}

	/** What a reload must not lose of it has changed: the server has given an id, for example. */
	keep({ stored, key, turn, at }: Operation): void {
		if (stored) keeper()?.keep({ ...stored, key, turn, at, project: this.project });
	}

	#noteTry(operation: Operation, at: number): void {
		if (!operation.stored || operation.stored.tried !== undefined) return;
		operation.stored = { ...operation.stored, tried: at };
		this.keep(operation);
	}

	async #send(operation: Operation, born: number): Promise<void> {
		for (let attempt = 1; ; attempt++) {
			await gate.enter(operation);
			if (born !== generation) return;
			if (this.outcomes.isOver?.()) return gate.settled(operation);
			const first = Date.now();
			try {
				if (operation.stored && mayDouble(operation.stored)) throw new Problem(0, { code: "maybe_saved" });
				const answer = await operation.send(operation.key, operation.waited);
				gate.settled(operation);
				if (operation.stored) keeper()?.forget(operation.key);
				operation.answered = true;
				operation.version = versionOf(answer);
				return this.outcomes.answered(operation, answer);
			} catch (error) {
				// The session has ended: the edit is kept for when the same user is back.
				if (born !== generation) return;
				const problem = error instanceof Problem ? error : new Problem(0, { code: "internal" });
				if (!mayTryAgain(problem, attempt)) {
					gate.settled(operation);
					if (
						problem.status === 412 &&
						attempt < maxMerges &&
						(await this.outcomes.merged?.(operation, problem))
					)
						continue;
					if (born !== generation) return;
					if (operation.stored) keeper()?.forget(operation.key);
					return this.outcomes.failed(operation, problem);
				}
				if (problem.outcome !== "not_done") this.#noteTry(operation, first);
				operation.waited = true;
				gate.shut(operation, (problem.retry_after ?? 0) * 1000);
			}
		}
	}
}

/** No answer, or one of a proxy that did not reach the server, says nothing about the edit: it waits as long as it takes. */
function mayTryAgain(problem: Problem, attempt: number): boolean {
	if (problem.code === "offline" || problem.status === 502 || problem.status === 504) return true;
	return problem.status > 0 && problem.retryable && attempt < maxAttempts;
}

function versionOf(answer: unknown): number | undefined {
	if (answer === null || typeof answer !== "object") return undefined;
	const { version, seq } = answer as { version?: unknown; seq?: unknown };
	if (typeof seq === "number") return seq;
	return typeof version === "number" ? version : undefined;
}
