// A server as a program sees it: requests, one stream for all of its projects, and those projects as they are now.
import { type Api, type ApiOptions, createApi } from "../api/client.ts";
import { Problem } from "../api/problem.ts";
import type { Attachment } from "../api/types.ts";
import { newKey } from "../idempotency-key.ts";
import { type Source, sourceOf } from "../replica.ts";
import { withRetries } from "../retry.ts";
import { Connection, type ConnectionState } from "../stream/connection.ts";
import type { Frame } from "../stream/frames.ts";
import { readMessage } from "../stream/message.ts";
import { type Followed, type FollowOptions, follow } from "./follow.ts";
import { LiveProject } from "./project.ts";

export interface ClientOptions {
	/** Where the server is, such as `https://boards.example.org`. */
	url: string;
	/** An API token. Without one the browser's cookie counts, on the server's own pages only. */
	token?: string | undefined;
	/** Sends the requests, in place of the global `fetch`. */
	fetch?: ApiOptions["fetch"];
}

/** How the stream is doing. `idle`: nothing is followed. `signed_out`: the token is not valid, or no longer. */
export type ClientState = ConnectionState | { state: "idle" } | { state: "signed_out" };

/** How long the stream goes on when nothing is followed any more, in ms: screens change. */
const linger = 1000;

export class Client {
	readonly api: Api;
	readonly #source: Source;
	readonly #base: string;
	readonly #projects = new Map<string, LiveProject>();
	readonly #followed = new Set<LiveProject>();
	readonly #stateListeners = new Set<(state: ClientState) => void>();
	readonly #frameListeners = new Set<(frame: Frame) => void>();
	readonly #closed = new AbortController();
	#connection: Connection | undefined;
	#cursor: string | undefined;
	#state: ClientState = { state: "idle" };

	constructor(private readonly options: ClientOptions) {
		this.#base = `${options.url.replace(/\/+$/, "")}/api/v1`;
		const { token, fetch } = options;
		this.api = createApi({ baseUrl: this.#base, token, fetch, signedOut: () => this.#signOut() });
		this.#source = sourceOf(this.api);
	}

	/** The project with this id. It is read and followed while anything listens to it. */
	project(id: string): LiveProject {
		let project = this.#projects.get(id);
		if (!project) {
			const { api } = this;
			const follow = (one: LiveProject) => this.#follow(one);
			project = new LiveProject(id, { api, source: this.#source, closed: this.#closed.signal, follow });
			this.#projects.set(id, project);
		}
		return project;
	}

	/**
	 * The events of a project, each with the cursor behind it: whoever stores it goes on exactly there, also after a restart.
	 * Ends with a `ResetError` where the log does not go on from the cursor, and with a `Problem` where one may not read.
	 */
	follow(project: string, options: FollowOptions = {}): AsyncGenerator<Followed, void> {
		const { token, fetch } = this.options;
		return follow(this.api, `${this.#base}/projects/${project}/events`, project, {
			...options,
			token,
			fetch,
		});
	}

	/** Attach a file to a task. It is sent again when the answer is lost, and is there once. */
	upload(project: string, task: string, name: string, bytes: Blob | BufferSource): Promise<Attachment> {
		const { token, fetch = globalThis.fetch } = this.options;
		const query = new URLSearchParams({ name });
		const address = `${this.#base}/projects/${project}/tasks/${task}/attachments?${query}`;
		const headers = {
			"Content-Type": "application/octet-stream",
			"Idempotency-Key": newKey(),
			...(token ? { Authorization: `Bearer ${token}` } : { "X-Boardcast": "1" }),
		};
		return withRetries(async () => {
			const signal = this.#closed.signal;
			const sent = fetch(address, { method: "POST", headers, body: bytes, signal });
			const response = await sent.catch(() => Promise.reject(Problem.offline()));
			if (!response.ok) throw await Problem.from(response);
			return (await response.json()) as Attachment;
		}, this.#closed.signal);
	}

	/** How the stream is doing. */
	get state(): ClientState {
		return this.#state;
	}

	onState(listener: (state: ClientState) => void): () => void {
		this.#stateListeners.add(listener);
		return () => this.#stateListeners.delete(listener);
	}

	/** Called with all that the stream says, also what this version of the package does not know. */
	onFrame(listener: (frame: Frame) => void): () => void {
		this.#frameListeners.add(listener);
		return () => this.#frameListeners.delete(listener);
	}

	/** Connect now, and not when the pause is over. */
	retryNow(): void {
		this.#connection?.retryNow();
	}

	/** End the stream, and what waits to be sent again. */
	close(): void {
		this.#closed.abort();
		this.#followed.clear();
		this.#disconnect({ state: "idle" });
	}

	#follow(project: LiveProject): () => void {
		this.#followed.add(project);
		this.#projects.set(project.id, project);
		if (!this.#connection && this.#state.state === "idle" && !this.#closed.signal.aborted) this.#connect();
		return () => {
			this.#followed.delete(project);
			this.#projects.delete(project.id);
			if (this.#followed.size > 0) return;
			const timer = setTimeout(() => {
				if (this.#followed.size === 0 && this.#connection) this.#disconnect({ state: "idle" });
			}, linger);
			(timer as { unref?: () => void }).unref?.();
		};
	}

	#connect(): void {
		const { token, fetch } = this.options;
		const connection = new Connection(
			`${this.#base}/events`,
			{
				cursor: () => this.#cursor,
				frame: (frame) => this.#take(frame),
				state: (state) => this.#setState(state),
				signedOut: () => this.#signOut(),
			},
			{ token, fetch },
		);
		this.#connection = connection;
		void connection.run();
	}

	#disconnect(state: ClientState): void {
		this.#connection?.stop();
		this.#connection = undefined;
		this.#setState(state);
	}

	#signOut(): void {
		if (this.#state.state !== "signed_out") this.#disconnect({ state: "signed_out" });
	}

	#setState(state: ClientState): void {
		this.#state = state;
		if (state.state === "live") for (const project of this.#followed) project.wake();
		for (const listener of [...this.#stateListeners]) listener(state);
	}

	#take(frame: Frame): void {
		if (frame.id !== undefined) this.#cursor = frame.id;
		for (const listener of [...this.#frameListeners]) listener(frame);
		const message = readMessage(frame);
		if (message) for (const project of [...this.#followed]) project.take(message);
	}
}

/** A client of one server. It asks for nothing by itself. */
export function createClient(options: ClientOptions): Client {
	return new Client(options);
}
