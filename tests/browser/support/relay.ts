import type { AddressInfo } from "node:net";
import { connect, createServer, type Server as Listener, type Socket } from "node:net";
import type { Server } from "./server";

/** One stretch of bytes that the server sent to the browser. */
interface Sent {
	at: number;
	text: string;
}

/** A wire between a browser and the server that can be listened to, and cut. */
export class Relay {
	readonly sent: Sent[] = [];
	/** What the streams' requests said, one after another. */
	readonly requests: string[] = [];
	readonly #listener: Listener;
	readonly #streams = new Set<Socket>();
	readonly #sockets = new Set<Socket>();
	#cut = false;
	#most = 0;

	private constructor(private readonly server: Server) {
		this.#listener = createServer((browser) => this.#join(browser));
	}

	static async to(server: Server): Promise<Relay> {
		const relay = new Relay(server);
		await new Promise<void>((ready) => relay.#listener.listen(0, "127.0.0.1", ready));
		return relay;
	}

	get url(): string {
		return `http://127.0.0.1:${(this.#listener.address() as AddressInfo).port}`;
	}

	/** Event streams that are open now. */
	get streams(): number {
		return this.#streams.size;
	}

	/** The most that were ever open at once. */
	get most(): number {
		return this.#most;
	}

	/** Everything that arrived since a moment. */
	since(at: number): string {
		return this.sent
			.filter((part) => part.at >= at)
			.map((part) => part.text)
			.join("");
	}

	/** Ends every connection and takes no new one. */
	cut(): void {
		this.#cut = true;
		for (const socket of this.#sockets) socket.destroy();
	}

	mend(): void {
		this.#cut = false;
	}

	async close(): Promise<void> {
		this.cut();
		await new Promise<void>((done) => this.#listener.close(() => done()));
	}

	#join(browser: Socket): void {
		this.#sockets.add(browser);
		browser.once("close", () => this.#sockets.delete(browser));
		browser.on("error", () => browser.destroy());
		if (this.#cut) {
			browser.destroy();
			return;
		}
		const server = connect(this.server.port, "127.0.0.1");
		server.on("error", () => server.destroy());
		server.once("close", () => browser.destroy());
		browser.once("close", () => server.destroy());
		browser.on("data", (bytes) => {
			const text = bytes.toString("latin1");
			if (/^GET \/api\/v1\/events[? ]/m.test(text)) {
				this.requests.push(text);
				this.#streams.add(browser);
				this.#most = Math.max(this.#most, this.#streams.size);
				browser.once("close", () => this.#streams.delete(browser));
			}
			server.write(bytes);
		});
		server.on("data", (bytes) => {
			this.sent.push({ at: Date.now(), text: bytes.toString("utf8") });
			browser.write(bytes);
		});
	}
}
