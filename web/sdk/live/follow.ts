// The log of a project as it grows, for programs that handle each event: exactly once for whom stores the cursor.
import type { Api, ApiOptions } from "../api/client.ts";
import { Problem } from "../api/problem.ts";
import type { EventPage, ProjectEvent } from "../api/types.ts";
import { withRetries } from "../retry.ts";
import { Connection, type ConnectionState } from "../stream/connection.ts";
import { type Message, readMessage, type Standing } from "../stream/message.ts";

export interface FollowOptions {
	/** The cursor behind the last event that was handled, or `cursor` of a snapshot. Without one: from now on. */
	cursor?: string | undefined;
	signal?: AbortSignal | undefined;
	/** Told where the log begins for this reader, before the first event. */
	begun?: ((cursor: string) => void) | undefined;
	state?: ((state: ConnectionState) => void) | undefined;
}

export interface Followed {
	event: ProjectEvent;
	/** Goes on behind this event. */
	cursor: string;
}

/** The log does not go on from the cursor: read the project anew, and follow from `cursor`. */
export class ResetError extends Error {
	constructor(
		/** `trimmed`, `too_far`, `ahead`, `epoch` or `new`. */
		readonly reason: string,
		/** The head of the log. */
		readonly cursor: string,
	) {
		super(`the log does not go on from the cursor: ${reason}`);
		this.name = "ResetError";
	}
}

/** So many messages wait for a slow reader; then the stream is left, and later goes on from the cursor. */
const mostWaiting = 1000;

interface Wanted extends FollowOptions {
	token?: string | undefined;
	fetch?: ApiOptions["fetch"];
}

export async function* follow(
	api: Api,
	url: string,
	project: string,
	options: Wanted,
): AsyncGenerator<Followed, void> {
	const { signal, begun } = options;
	let { cursor } = options;
	while (!signal?.aborted) {
		const stream = new Stream(url, options, cursor);
		try {
			for await (const message of stream.messages()) {
				if (message.type === "left" && message.project === project)
					throw new Problem(404, { code: "not_found" });
				if (message.type === "hello" || message.type === "reset") {
					const standing = message.projects[project];
					if (!standing) continue;
					const here = cursorOf(message.epoch, standing);
					if (standing.status === "reset") throw new ResetError(standing.reason ?? "trimmed", here);
					if (cursor === undefined) begun?.(here);
					cursor ??= here;
				}
				if (message.type !== "event" || message.event.project !== project || !cursor) continue;
				const { event } = message;
				if (event.seq > seqOf(cursor) + 1) {
					for await (const one of missing(api, project, cursor, event.seq, signal)) {
						cursor = one.cursor;
						yield one;
					}
				}
				if (event.seq !== seqOf(cursor) + 1) continue;
				cursor = behind(cursor, event);
				yield { event, cursor };
			}
		} finally {
			stream.end();
		}
	}
}

/** Events of the log that the stream did not bring, before `until`. */
async function* missing(
	api: Api,
	project: string,
	from: string,
	until: number,
	signal: AbortSignal | undefined,
): AsyncGenerator<Followed, void> {
	let cursor = from;
	while (seqOf(cursor) < until - 1) {
		const params = { path: { project }, query: { cursor, limit: 200 } };
		const headers = { Accept: "application/json" };
		const read = async () => {
			const { data } = await withRetries(
				() => api.GET("/projects/{project}/events", { params, headers }),
				signal,
			);
			return data as EventPage;
		};
		const page = await read().catch((error) => {
			if (error instanceof Problem && error.status === 410) throw new ResetError(error.code, cursor);
			throw error;
		});
		if (page.items.length === 0) return;
		for (const event of page.items) {
			if (event.seq >= until) return;
			cursor = behind(cursor, event);
			yield { event, cursor };
		}
	}
}

/** One stream as a queue that ends: with what cannot be mended by coming back, or because its reader is slow. */
class Stream {
	readonly #waiting: Message[] = [];
	readonly #connection: Connection;
	#failure: unknown;
	#ended = false;
	#wake: () => void = () => {};

	constructor(
		url: string,
		private readonly options: Wanted,
		private cursor: string | undefined,
	) {
		const { token, fetch, state } = options;
		const fail = (problem: Problem) => {
			this.#failure ??= problem;
			this.end();
		};
		this.#connection = new Connection(
			url,
			{
				cursor: () => this.cursor,
				frame: (frame) => {
					this.cursor = frame.id ?? this.cursor;
					const message = readMessage(frame);
					// Without an event the place is known by the hello only.
					if (message?.type === "hello") this.cursor ??= firstOf(message);
					if (message) this.#waiting.push(message);
					if (this.#waiting.length > mostWaiting) this.end();
					this.#wake();
				},
				...(state ? { state } : {}),
				signedOut: () => fail(new Problem(401, { code: "unauthenticated" })),
				refused: ({ status }) => {
					if (status < 500 && status !== 429 && status !== 408) fail(new Problem(status, {}));
				},
			},
			{ token, fetch },
		);
		options.signal?.addEventListener("abort", this.end);
		void this.#connection.run();
	}

	async *messages(): AsyncGenerator<Message, void> {
		while (!this.options.signal?.aborted) {
			const message = this.#waiting.shift();
			if (message) yield message;
			else if (this.#failure) throw this.#failure;
			else if (this.#ended) return;
			else
				await new Promise<void>((resolve) => {
					this.#wake = resolve;
				});
		}
	}

	readonly end = (): void => {
		this.#ended = true;
		this.options.signal?.removeEventListener("abort", this.end);
		this.#connection.stop();
		this.#wake();
	};
}

function firstOf(message: Message): string | undefined {
	if (message.type !== "hello") return undefined;
	const [standing] = Object.values(message.projects);
	return standing && standing.status === "ok" ? cursorOf(message.epoch, standing) : undefined;
}

function cursorOf(epoch: string, { from, head, chain, status }: Standing): string {
	return `${epoch}.${status === "reset" ? head : from}.${chain ?? ""}`;
}

function seqOf(cursor: string): number {
	return Number(cursor.split(".")[1]);
}

function behind(cursor: string, event: ProjectEvent): string {
	return `${cursor.split(".")[0]}.${event.seq}.${event.chain ?? ""}`;
}
