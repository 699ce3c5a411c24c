// How the server is doing, as it tells it every few seconds.
import { signal } from "@preact/signals";
import { FrameReader, type Metrics, Problem } from "boardcast";
import { base } from "../../../platform/api";

/** How long a sample is shown, how long the server may be silent, and how long to wait before asking again, in ms. */
const shown = 600_000;
const silence = 15_000;
const pause = 3000;

type State =
	| { state: "connecting" | "live" }
	| { state: "broken"; since: number }
	| { state: "refused"; problem: Problem };

type Fetch = (address: string, init: RequestInit) => Promise<Response>;

/** The samples of the last ten minutes, and whether more come. */
export class LiveMetrics {
	readonly samples = signal<readonly Metrics[]>([]);
	readonly state = signal<State>({ state: "connecting" });
	#stopped = new AbortController();
	#wake: () => void = () => {};

	constructor(private readonly send: Fetch = (address, init) => fetch(address, init)) {}

	/** Reads until it is stopped; returns how. */
	start(): () => void {
		const stopped = new AbortController();
		this.#stopped = stopped;
		void this.#run(stopped.signal);
		return () => {
			stopped.abort();
			this.#wake();
		};
	}

	/** Does not wait for the next attempt, or asks again after a refusal. */
	async retry(): Promise<void> {
		if (this.state.peek().state !== "refused") return this.#wake();
		this.state.value = { state: "connecting" };
		void this.#run(this.#stopped.signal);
	}

	async #run(stopped: AbortSignal): Promise<void> {
		while (!stopped.aborted) {
			const refusal = await this.#once(stopped);
			if (stopped.aborted) return;
			if (refusal) {
				this.state.value = { state: "refused", problem: refusal };
				return;
			}
			if (this.state.peek().state !== "broken") this.state.value = { state: "broken", since: Date.now() };
			await this.#sleep();
		}
	}

	/** Connect and read to the end of the connection; a refusal that no other attempt changes is returned. */
	async #once(stopped: AbortSignal): Promise<Problem | undefined> {
		const attempt = new AbortController();
		const end = () => attempt.abort();
		stopped.addEventListener("abort", end);
		let watchdog = setTimeout(end, silence);
		const heard = () => {
			clearTimeout(watchdog);
			watchdog = setTimeout(end, silence);
		};
		try {
			const response = await this.send(`${base}/admin/live`, {
				headers: { Accept: "text/event-stream" },
				cache: "no-store",
				signal: attempt.signal,
			});
			if (!response.ok || !response.body) {
				const problem = await Problem.from(response);
				return problem.retryable ? undefined : problem;
			}
			const reader = new FrameReader();
			const text = response.body
				.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>)
				.getReader();
			for (let part = await text.read(); !part.done; part = await text.read()) {
				heard();
				for (const { event, data } of reader.push(part.value))
					if (event === "metrics") this.#take(JSON.parse(data));
			}
		} catch {
			// The connection broke, or was silent for too long: the next attempt follows.
		} finally {
			clearTimeout(watchdog);
			stopped.removeEventListener("abort", end);
			attempt.abort();
		}
		return undefined;
	}

	#take(sample: Metrics): void {
		const from = Date.parse(sample.at) - shown;
		const before = this.samples.peek().filter(({ at }) => Date.parse(at) >= from && at < sample.at);
		this.samples.value = [...before, sample];
		if (this.state.peek().state !== "live") this.state.value = { state: "live" };
	}

	#sleep(): Promise<void> {
		return new Promise((resolve) => {
			const timer = setTimeout(() => this.#wake(), pause);
			this.#wake = () => {
				clearTimeout(timer);
				this.#wake = () => {};
				resolve();
			};
		});
	}
}
