import { type Frame, FrameReader } from "./frames.ts";

/** How the stream is doing. `at` is when it connects again, in ms since 1970. */
export type ConnectionState =
	| { state: "connecting" }
	| { state: "live" }
	| { state: "reconnecting"; at: number }
	| { state: "offline" }
	| { state: "held_back" };

export interface ConnectionHooks {
	/** The `id` of the last frame that had one: the stream goes on behind it. */
	cursor(): string | undefined;
	frame(frame: Frame): void;
	state?(state: ConnectionState): void;
	/** The server no longer knows who asks. */
	signedOut?(): void;
	/** The server gives no stream and says why: `stop()` where coming back later cannot help. */
	refused?(response: Response): void;
}

export interface ConnectionOptions {
	/** An API token. Without one the browser's cookie counts. */
	token?: string | undefined;
	/** Sends the requests, in place of the global `fetch`. */
	fetch?: ((address: string, init: RequestInit) => Promise<Response>) | undefined;
}

/** The first frame must follow the headers within this time, in ms. If not, a proxy is buffering the stream. */
const helloWithin = 5000;
const heldBackPause = 60_000;
const longestPause = 30_000;

type End = { pause: number; heldBack?: boolean };

/** One event stream, which connects again after each break until it is stopped. */
export class Connection {
	#stopped = new AbortController();
	#wake: () => void = () => {};
	#failures = 0;
	#heldBack = false;
	#attempt: AbortController | undefined;
	/** When the last bytes came, and after how long without any the stream counts as dead, in ms. */
	#heard = 0;
	#silence = 40_000;

	constructor(
		private readonly url: string,
		private readonly hooks: ConnectionHooks,
		private readonly options: ConnectionOptions = {},
	) {}

	async run(): Promise<void> {
		const stopped = this.#stopped.signal;
		while (!stopped.aborted) {
			if (!this.#heldBack) this.hooks.state?.({ state: "connecting" });
			const end = await this.#once();
			if (stopped.aborted) return;
			this.#heldBack = end.heldBack ?? false;
			this.#reportPause(end.pause);
			await this.#sleep(end.pause);
		}
	}

	stop(): void {
		this.#stopped.abort();
		this.#wake();
	}

	retryNow(): void {
		this.#wake();
	}

	/** The machine may have slept: a connection that has been silent for longer than it should is replaced at once. */
	check(): void {
		if (Date.now() - this.#heard > this.#silence / 2) this.#attempt?.abort("check");
		this.#wake();
	}

	#reportPause(pause: number): void {
		if (this.#heldBack) this.hooks.state?.({ state: "held_back" });
		else if (globalThis.navigator?.onLine === false) this.hooks.state?.({ state: "offline" });
		else this.hooks.state?.({ state: "reconnecting", at: Date.now() + pause });
	}

	/** Connect, and read to the end of the connection; returns how long to wait before the next one. */
	async #once(): Promise<End> {
		const attempt = new AbortController();
		this.#attempt = attempt;
		this.#heard = Date.now();
		const stop = () => attempt.abort();
		this.#stopped.signal.addEventListener("abort", stop);
		const watchdog = new Watchdog(stop);
		let helloSeen = false;
		let opened = false;
		const reader = new FrameReader();
		let pause: number | undefined;
		try {
			watchdog.within(20_000);
			const cursor = this.hooks.cursor();
			const { token, fetch = globalThis.fetch } = this.options;
			const response = await fetch(this.url, {
				headers: {
					Accept: "text/event-stream",
					...(cursor ? { "Last-Event-ID": cursor } : {}),
					...(token ? { Authorization: `Bearer ${token}` } : {}),
				},
				cache: "no-store",
				signal: attempt.signal,
			});
			if (response.status === 401) {
				this.hooks.signedOut?.();
				return { pause: longestPause };
			}
			if (!response.ok || !response.body) {
				this.hooks.refused?.(response);
				return { pause: this.#backoff(response) };
			}
			opened = true;
			watchdog.within(helloWithin);
			const text = response.body
				.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>)
				.getReader();
			for (let part = await text.read(); !part.done; part = await text.read()) {
				for (const frame of reader.push(part.value)) {
					if (frame.event === "hello") {
						helloSeen = true;
						this.#failures = 0;
						this.#heldBack = false;
						this.#silence = 2.5 * (JSON.parse(frame.data).ping_ms ?? 15_000);
						this.hooks.state?.({ state: "live" });
					}
					if (frame.event === "bye") pause = pauseAfterBye(JSON.parse(frame.data).reason, reader.retry);
					this.hooks.frame(frame);
				}
				this.#heard = Date.now();
				if (helloSeen) watchdog.within(this.#silence);
			}
		} catch {
			// The connection broke, or the watchdog ended it: the next attempt follows in both cases.
		} finally {
			if (attempt.signal.reason === "check") pause = 0;
			watchdog.stop();
			attempt.abort();
			this.#stopped.signal.removeEventListener("abort", stop);
		}
		if (opened && !helloSeen && pause === undefined && watchdog.fired)
			return { pause: heldBackPause, heldBack: true };
		return { pause: pause ?? (helloSeen ? (reader.retry ?? spread(500, 2000)) : this.#backoff()) };
	}

	#backoff(response?: Response): number {
		const asked = Number(response?.headers.get("Retry-After")) * 1000;
		const step = Math.min(longestPause, 1000 * 2 ** this.#failures++);
		return (asked || 0) + spread(step / 2, step);
	}

	#sleep(ms: number): Promise<void> {
		return new Promise((resolve) => {
			const timer = setTimeout(() => this.#wake(), ms);
			this.#wake = () => {
				clearTimeout(timer);
				globalThis.removeEventListener?.("online", this.#wake);
				this.#wake = () => {};
				resolve();
			};
			globalThis.addEventListener?.("online", this.#wake);
		});
	}
}

/** Calls `fire` when `within` is not called again in time. */
class Watchdog {
	fired = false;
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(private readonly fire: () => void) {}

	within(ms: number): void {
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => {
			this.fired = true;
			this.fire();
		}, ms);
	}

	stop(): void {
		clearTimeout(this.#timer);
	}
}

/** `retry:` spreads the clients over time; without it this client takes a random pause. */
function pauseAfterBye(reason: string, retry: number | undefined): number {
	if (retry !== undefined) return retry;
	if (reason === "busy") return spread(5000, 30_000);
	if (reason === "deploy") return spread(200, 10_000);
	return spread(100, 1000);
}

function spread(from: number, to: number): number {
	return from + Math.random() * (to - from);
}
