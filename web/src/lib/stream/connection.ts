import { type Frame, FrameReader } from "./frames";

/** What the pill shows. `at` is the moment of the next try, in ms since 1970. */
export type ConnectionState =
	| { state: "connecting" }
	| { state: "live" }
	| { state: "reconnecting"; at: number }
	| { state: "offline" }
	| { state: "held_back" };

export interface ConnectionHooks {
	cursor(): string | undefined;
	frame(frame: Frame): void;
	state(state: ConnectionState): void;
	signedOut(): void;
}

/** Milliseconds within which the first frame must follow the headers; a buffering proxy misses it. */
const helloWithin = 5000;
const heldBackPause = 60_000;
const longestPause = 30_000;

type End = { pause: number; heldBack?: boolean };

/** One event stream, connected again and again until stopped. */
export class Connection {
	#stopped = new AbortController();
	#wake: () => void = () => {};
	#failures = 0;
	#heldBack = false;

	constructor(
		private readonly url: string,
		private readonly hooks: ConnectionHooks,
	) {}

	async run(): Promise<void> {
		const stopped = this.#stopped.signal;
		while (!stopped.aborted) {
			if (!this.#heldBack) this.hooks.state({ state: "connecting" });
			const end = await this.#once();
			if (stopped.aborted) return;
			this.#heldBack = end.heldBack ?? false;
			this.#tell(end.pause);
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

	#tell(pause: number): void {
		if (this.#heldBack) this.hooks.state({ state: "held_back" });
		else if (!navigator.onLine) this.hooks.state({ state: "offline" });
		else this.hooks.state({ state: "reconnecting", at: Date.now() + pause });
	}

	/** From connecting to the end of the connection; answers how long to wait before the next. */
	async #once(): Promise<End> {
		const attempt = new AbortController();
		const stop = () => attempt.abort();
		this.#stopped.signal.addEventListener("abort", stop);
		const watch = new Watchdog(stop);
		let greeted = false;
		let opened = false;
		const reader = new FrameReader();
		let pause: number | undefined;
		try {
			watch.within(20_000);
			const cursor = this.hooks.cursor();
			const response = await fetch(this.url, {
				headers: { Accept: "text/event-stream", ...(cursor ? { "Last-Event-ID": cursor } : {}) },
				cache: "no-store",
				signal: attempt.signal,
			});
			if (response.status === 401) {
				this.hooks.signedOut();
				return { pause: longestPause };
			}
			if (!response.ok || !response.body) return { pause: this.#backoff(response) };
			opened = true;
			watch.within(helloWithin);
			let silence = 40_000;
			const text = response.body
				.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>)
				.getReader();
			for (let part = await text.read(); !part.done; part = await text.read()) {
				for (const frame of reader.push(part.value)) {
					if (frame.event === "hello") {
						greeted = true;
						this.#failures = 0;
						this.#heldBack = false;
						silence = 2.5 * (JSON.parse(frame.data).ping_ms ?? 15_000);
						this.hooks.state({ state: "live" });
					}
					if (frame.event === "bye") pause = farewell(JSON.parse(frame.data).reason, reader.retry);
					this.hooks.frame(frame);
				}
				if (greeted) watch.within(silence);
			}
		} catch {
			// A broken connection, or our own watchdog: what to do is the same.
		} finally {
			watch.stop();
			attempt.abort();
			this.#stopped.signal.removeEventListener("abort", stop);
		}
		if (opened && !greeted && pause === undefined && watch.barked)
			return { pause: heldBackPause, heldBack: true };
		return { pause: pause ?? (greeted ? (reader.retry ?? spread(500, 2000)) : this.#backoff()) };
	}

	#backoff(response?: Response): number {
		const asked = Number(response?.headers.get("Retry-After")) * 1000;
		const step = Math.min(longestPause, 1000 * 2 ** this.#failures++);
		return Math.max(asked || 0, spread(step / 2, step));
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

/** Calls `bark` unless it is fed in time. */
class Watchdog {
	barked = false;
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(private readonly bark: () => void) {}

	within(ms: number): void {
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => {
			this.barked = true;
			this.bark();
		}, ms);
	}

	stop(): void {
		clearTimeout(this.#timer);
	}
}

/** The server spreads its readers itself by `retry:`; without one we spread them. */
function farewell(reason: string, retry: number | undefined): number {
	if (retry !== undefined) return retry;
	if (reason === "busy") return spread(5000, 30_000);
	if (reason === "deploy") return spread(200, 10_000);
	return spread(100, 1000);
}

function spread(from: number, to: number): number {
	return from + Math.random() * (to - from);
}
