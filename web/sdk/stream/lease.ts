// A lead that tabs lend to each other through the browser's storage, where the browser has no locks.
import { newKey } from "../idempotency-key.ts";

export interface Asked {
	/** Ends the wait, and the lead. */
	signal: AbortSignal;
	/** Take the lead from a tab that does not answer. */
	steal?: boolean;
}

/** How long the lead is lent for, how often it is renewed, and how long a tab waits to see whether it got it, in ms. */
const lent = 5000;
const renewed = 1500;
const settled = 60;

interface Lent {
	tab: string;
	until: number;
}

/** A lead that is lent for some seconds at a time. Two tabs may lead for a moment: then there are two streams. */
export class Lease {
	readonly #key: string;
	readonly #tab = newKey();

	constructor(name: string) {
		this.#key = `lead:${name}`;
	}

	async hold({ signal, steal = false }: Asked, work: () => Promise<void>): Promise<void> {
		if (!steal) await this.#free(signal);
		while (!(await this.#take(signal))) await this.#free(signal);
		const lost = this.#renew(signal);
		try {
			await Promise.race([work(), lost.promise]);
		} finally {
			lost.stop();
		}
	}

	#read(): Lent | undefined {
		try {
			return JSON.parse(storage()?.getItem(this.#key) ?? "null") ?? undefined;
		} catch {
			return undefined;
		}
	}

	#write(): void {
		const lease: Lent = { tab: this.#tab, until: Date.now() + lent };
		storage()?.setItem(this.#key, JSON.stringify(lease));
	}

	#isMine(): boolean {
		return this.#read()?.tab === this.#tab;
	}

	/** Until the lead is lent to nobody, or for no longer. */
	#free(signal: AbortSignal): Promise<void> {
		return new Promise((resolve, reject) => {
			const look = () => {
				const lease = this.#read();
				// A clock that was set back must not make a lease last for hours.
				if (!lease || lease.until < Date.now() || lease.until > Date.now() + 2 * lent) over(resolve);
			};
			const ended = () => over(() => reject(signal.reason));
			const timer = setInterval(look, renewed / 3);
			const over = (then: () => void) => {
				clearInterval(timer);
				globalThis.removeEventListener?.("storage", look);
				signal.removeEventListener("abort", ended);
				then();
			};
			// Another tab gave it up.
			globalThis.addEventListener?.("storage", look);
			signal.addEventListener("abort", ended);
			if (signal.aborted) ended();
			else look();
		});
	}

	/** Of tabs that take it at once, the last one to write has it. */
	async #take(signal: AbortSignal): Promise<boolean> {
		signal.throwIfAborted();
		this.#write();
		await new Promise((done) => setTimeout(done, settled));
		if (signal.aborted && this.#isMine()) this.#giveUp();
		signal.throwIfAborted();
		return this.#isMine();
	}

	#giveUp = (): void => {
		if (this.#isMine()) storage()?.removeItem(this.#key);
	};

	/** Keeps the lead; rejects when another tab has it, or at the end. */
	#renew(signal: AbortSignal): { promise: Promise<never>; stop: () => void } {
		let stop = () => {};
		const promise = new Promise<never>((_, reject) => {
			const timer = setInterval(() => {
				if (this.#isMine()) this.#write();
				else reject(new DOMException("another tab leads", "AbortError"));
			}, renewed);
			const ended = () => reject(signal.reason);
			signal.addEventListener("abort", ended);
			globalThis.addEventListener?.("pagehide", this.#giveUp);
			stop = () => {
				clearInterval(timer);
				signal.removeEventListener("abort", ended);
				globalThis.removeEventListener?.("pagehide", this.#giveUp);
				this.#giveUp();
			};
		});
		return { promise, stop };
	}
}

function storage(): Storage | undefined {
	try {
		return globalThis.localStorage;
	} catch {
		// The browser keeps nothing for this page.
		return undefined;
	}
}
