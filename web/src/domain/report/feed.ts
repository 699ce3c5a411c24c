import { signal } from "@preact/signals";
import { Problem } from "boardcast";

/** Events come in bursts: what they change is read once for all that come within so many ms. */
const pause = 1500;

/** A report that is read anew when something happens in its project. What was read stays until the next answer has come. */
export class ReportFeed<A, R> {
	/** With what it was asked for. Undefined until the first answer has come. */
	readonly found = signal<{ asked: A; report: R } | undefined>(undefined);
	readonly problem = signal<Problem | null>(null);
	readonly isReading = signal(false);
	#asked: A | undefined;
	/** An answer to what was asked before is dropped. */
	#turn = 0;
	#timer: ReturnType<typeof setTimeout> | undefined;
	/** Something has happened while the page was not seen. */
	#isOld = false;

	constructor(private readonly read: (asked: A) => Promise<R>) {}

	ask(asked: A): void {
		this.#asked = asked;
		void this.refresh();
	}

	/** Something happened that may change it. */
	readonly tell = (): void => {
		if (globalThis.document?.hidden) {
			this.#isOld = true;
			return;
		}
		this.#timer ??= setTimeout(() => {
			this.#timer = undefined;
			void this.refresh();
		}, pause);
	};

	/** The page is seen again. */
	readonly seen = (): void => {
		if (!this.#isOld || globalThis.document?.hidden) return;
		this.#isOld = false;
		void this.refresh();
	};

	async refresh(): Promise<void> {
		const asked = this.#asked;
		if (asked === undefined) return;
		const turn = ++this.#turn;
		this.isReading.value = true;
		try {
			const report = await this.read(asked);
			if (turn !== this.#turn) return;
			this.found.value = { asked, report };
			this.problem.value = null;
		} catch (error) {
			if (turn !== this.#turn) return;
			this.problem.value = error instanceof Problem ? error : new Problem(0, { code: "internal" });
		} finally {
			if (turn === this.#turn) this.isReading.value = false;
		}
	}

	stop(): void {
		this.#turn += 1;
		clearTimeout(this.#timer);
		this.#timer = undefined;
	}
}
