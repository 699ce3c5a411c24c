/** What the person does: in which project, at which task. */
export interface Doing {
	project: string;
	task: string | null;
	state: "viewing" | "editing";
}
export type Told = Omit<Doing, "state"> & { state: Doing["state"] | "left" };

/** The server hears no more than once a second, and forgets those who are silent for half a minute, in ms. */
const apart = 1000;
const again = 20_000;

/** Tells the server what the person does: when it changes, and again and again while the page is seen. */
export class Teller {
	#doing: Doing | undefined;
	/** What the server knows. */
	#told: Doing | undefined;
	#last = Number.NEGATIVE_INFINITY;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#isSeen = true;

	constructor(private readonly send: (what: Told) => void) {}

	/** Undefined: in no project, or the others may not know it. */
	set(doing: Doing | undefined): void {
		if (same(doing, this.#doing)) return;
		this.#doing = doing;
		this.#plan(0);
	}

	/** A hidden page says nothing more. */
	show(isSeen: boolean): void {
		if (isSeen === this.#isSeen) return;
		this.#isSeen = isSeen;
		if (isSeen) this.#plan(0);
		else this.#cancel();
	}

	/** The page goes away, or the person does. */
	leave(): void {
		this.#cancel();
		if (this.#told) this.send({ ...this.#told, task: null, state: "left" });
		this.#told = undefined;
	}

	#plan(wait: number): void {
		if (!this.#isSeen) return;
		this.#cancel();
		const earliest = this.#last + apart - Date.now();
		this.#timer = setTimeout(() => this.#tell(), Math.max(wait, earliest, 0));
	}

	#cancel(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
	}

	#tell(): void {
		const [doing, told] = [this.#doing, this.#told];
		this.#timer = undefined;
		this.#last = Date.now();
		this.#told = doing;
		if (told && told.project !== doing?.project) this.send({ ...told, task: null, state: "left" });
		if (!doing) return;
		this.send(doing);
		this.#plan(again);
	}
}

function same(a: Doing | undefined, b: Doing | undefined): boolean {
	return a === b || (a?.project === b?.project && a?.task === b?.task && a?.state === b?.state);
}
