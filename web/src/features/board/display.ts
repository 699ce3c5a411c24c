import { signal } from "@preact/signals";

/** What a card may show beside its title. */
export const cardParts = [
	"labels",
	"assignees",
	"dates",
	"checklist",
	"comments",
	"estimate",
	"cover",
] as const;
type CardPart = (typeof cardParts)[number];

/** What a person chose for a project: folded columns and closed lanes. */
interface Folds {
	columns: readonly string[];
	lanes: readonly string[];
}
interface Chosen {
	hidden: readonly CardPart[];
	projects: Readonly<Record<string, Folds>>;
}

const nothing: Folds = { columns: [], lanes: [] };
/** An estimate is shown when a person asks for it. */
const usual: Chosen = { hidden: ["estimate"], projects: {} };

/** How a person looks at boards, kept on this device. */
export class Display {
	readonly #chosen = signal<Chosen>(usual);
	readonly #name: string;

	constructor(
		user: string,
		private readonly project: string,
	) {
		this.#name = `boardcast.board.${user}`;
		try {
			this.#chosen.value = { ...usual, ...JSON.parse(localStorage.getItem(this.#name) ?? "{}") };
		} catch {
			// Without storage the choice lasts as long as the page.
		}
	}

	shows(part: CardPart): boolean {
		return !this.#chosen.value.hidden.includes(part);
	}

	isFolded(kind: keyof Folds, id: string): boolean {
		return this.#folds[kind].includes(id);
	}

	get #folds(): Folds {
		return this.#chosen.value.projects[this.project] ?? nothing;
	}

	toggle(part: CardPart): void {
		this.#keep({ hidden: toggled(this.#chosen.peek().hidden, part) });
	}

	fold(kind: keyof Folds, id: string): void {
		const { projects } = this.#chosen.peek();
		const folds = { ...this.#folds, [kind]: toggled(this.#folds[kind], id) };
		this.#keep({ projects: { ...projects, [this.project]: folds } });
	}

	#keep(changes: Partial<Chosen>): void {
		const next = { ...this.#chosen.peek(), ...changes };
		this.#chosen.value = next;
		try {
			localStorage.setItem(this.#name, JSON.stringify(next));
		} catch {
			// As above.
		}
	}
}

function toggled<T>(all: readonly T[], one: T): T[] {
	return all.includes(one) ? all.filter((other) => other !== one) : [...all, one];
}
