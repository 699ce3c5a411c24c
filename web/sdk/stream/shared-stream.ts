import { Connection, type ConnectionState } from "./connection.ts";
import type { Frame } from "./frames.ts";
import { canShare, requestLead } from "./lead.ts";

type Message =
	| { kind: "frame"; frame: Frame }
	| { kind: "state"; state: ConnectionState; cursor: string | undefined }
	| { kind: "ask" }
	| { kind: "retry" }
	| { kind: "check" };

/** The leading tab passes on every frame, pings too. Silence longer than this, in ms, means that it is frozen. */
const silence = 90_000;
const answerWithin = 3000;

/**
 * One stream for all tabs of a browser. The tab that leads connects and passes every frame on. When it closes,
 * another tab leads and continues from the last cursor that it was told; the seq of an event shows a repetition.
 */
export class SharedStream {
	readonly #channel: BroadcastChannel | undefined;
	readonly #done = new AbortController();
	#connection: Connection | undefined;
	#cursor: string | undefined;
	#state: ConnectionState = { state: "connecting" };
	#lastMessage = Date.now();
	#stealing: ReturnType<typeof setInterval> | undefined;

	constructor(
		private readonly url: string,
		private readonly name: string,
		private readonly hooks: { frame(frame: Frame): void; state(s: ConnectionState): void; signedOut(): void },
	) {
		// Where tabs cannot agree on one that leads, each has a stream of its own.
		if (canShare()) this.#channel = new BroadcastChannel(name);
	}

	start(): void {
		if (!this.#channel) {
			void this.#lead();
			return;
		}
		this.#channel.onmessage = ({ data }: MessageEvent<Message>) => this.#receive(data);
		this.#post({ kind: "ask" });
		this.#queue();
		this.#stealing = setInterval(() => {
			if (!this.#connection && Date.now() - this.#lastMessage > silence) this.#queue(true);
		}, silence / 3);
	}

	stop(): void {
		clearInterval(this.#stealing);
		this.#done.abort();
		this.#connection?.stop();
		this.#channel?.close();
	}

	retryNow(): void {
		if (this.#connection) this.#connection.retryNow();
		else this.#post({ kind: "retry" });
	}

	/** The page is seen again, or the machine has slept: see at once whether the stream still lives. */
	check(): void {
		this.#connection?.check();
		if (this.#connection) return;
		const asked = Date.now();
		this.#post({ kind: "check" });
		// A leading tab answers. One that is frozen does not, and loses the lead.
		setTimeout(() => {
			const lost = !this.#connection && this.#channel && !this.#done.signal.aborted;
			if (lost && this.#lastMessage < asked) this.#queue(true);
		}, answerWithin);
	}

	get leading(): boolean {
		return this.#connection !== undefined;
	}

	get cursor(): string | undefined {
		return this.#cursor;
	}

	#queue(steal = false): void {
		this.#lastMessage = Date.now();
		requestLead(this.name, { signal: this.#done.signal, steal }, () => this.#lead())
			// Another tab took the lead, because this one was silent for too long: ask for it again.
			.catch(() => {
				if (this.#done.signal.aborted) return;
				this.#connection?.stop();
				this.#connection = undefined;
				if (!steal) this.#queue();
			});
	}

	async #lead(): Promise<void> {
		if (this.#done.signal.aborted || this.#connection) return;
		const connection = new Connection(this.url, {
			cursor: () => this.#cursor,
			frame: (frame) => {
				this.#deliver(frame);
				this.#post({ kind: "frame", frame });
			},
			state: (state) => {
				this.#state = state;
				this.hooks.state(state);
				this.#post({ kind: "state", state, cursor: this.#cursor });
			},
			signedOut: () => this.hooks.signedOut(),
		});
		this.#connection = connection;
		await connection.run();
	}

	#deliver(frame: Frame): void {
		if (frame.id !== undefined) this.#cursor = frame.id;
		this.hooks.frame(frame);
	}

	#receive(message: Message): void {
		this.#lastMessage = Date.now();
		if (message.kind === "check") this.#connection?.check();
		if (message.kind === "ask" || message.kind === "check") {
			if (this.leading) this.#post({ kind: "state", state: this.#state, cursor: this.#cursor });
		} else if (message.kind === "retry") {
			this.#connection?.retryNow();
		} else if (this.leading) {
			// Two tabs lead until the old leader learns that its lock was taken: each uses its own stream.
		} else if (message.kind === "frame") {
			this.#deliver(message.frame);
		} else {
			this.#cursor = message.cursor ?? this.#cursor;
			this.hooks.state(message.state);
		}
	}

	#post(message: Message): void {
		try {
			this.#channel?.postMessage(message);
		} catch {
			// The channel is closed: the page is going away.
		}
	}
}
