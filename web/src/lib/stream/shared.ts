import { Connection, type ConnectionState } from "./connection";
import type { Frame } from "./frames";

type Message =
	| { kind: "frame"; frame: Frame }
	| { kind: "state"; state: ConnectionState; cursor: string | undefined }
	| { kind: "ask" }
	| { kind: "retry" };

/** A leader pings its followers through every frame; longer silence than this means that it is frozen. */
const silence = 90_000;

/**
 * One stream a browser. The tab that holds the lock connects and passes every frame on. When it closes, another gets
 * the lock and goes on from the last checkpoint that it heard of; frames heard twice are sorted out by their seq.
 */
export class SharedStream {
	readonly #channel: BroadcastChannel | undefined;
	readonly #done = new AbortController();
	#connection: Connection | undefined;
	#cursor: string | undefined;
	#state: ConnectionState = { state: "connecting" };
	#heard = Date.now();
	#stealing: ReturnType<typeof setInterval> | undefined;

	constructor(
		private readonly url: string,
		private readonly name: string,
		private readonly hooks: { frame(frame: Frame): void; state(s: ConnectionState): void; signedOut(): void },
	) {
		// Both are missing on plain HTTP away from loopback; then every tab keeps a stream of its own.
		if (globalThis.BroadcastChannel && navigator.locks) this.#channel = new BroadcastChannel(name);
	}

	start(): void {
		if (!this.#channel) {
			void this.#lead();
			return;
		}
		this.#channel.onmessage = ({ data }: MessageEvent<Message>) => this.#hear(data);
		this.#post({ kind: "ask" });
		this.#queue();
		this.#stealing = setInterval(() => {
			if (!this.#connection && Date.now() - this.#heard > silence) this.#queue(true);
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

	get leading(): boolean {
		return this.#connection !== undefined;
	}

	get cursor(): string | undefined {
		return this.#cursor;
	}

	#queue(steal = false): void {
		this.#heard = Date.now();
		const options: LockOptions = steal ? { steal } : { signal: this.#done.signal };
		navigator.locks
			.request(this.name, options, () => this.#lead())
			// Stolen from us, because we were silent for long: stand in line again.
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
				this.#take(frame);
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

	#take(frame: Frame): void {
		if (frame.id !== undefined) this.#cursor = frame.id;
		this.hooks.frame(frame);
	}

	#hear(message: Message): void {
		this.#heard = Date.now();
		if (message.kind === "ask") {
			if (this.leading) this.#post({ kind: "state", state: this.#state, cursor: this.#cursor });
		} else if (message.kind === "retry") {
			this.#connection?.retryNow();
		} else if (this.leading) {
			// Between a steal and its notice two tabs may lead for a moment; each believes its own stream.
		} else if (message.kind === "frame") {
			this.#take(message.frame);
		} else {
			this.#cursor = message.cursor ?? this.#cursor;
			this.hooks.state(message.state);
		}
	}

	#post(message: Message): void {
		try {
			this.#channel?.postMessage(message);
		} catch {
			// The channel closes with the page; nobody is left to tell.
		}
	}
}
