import { computed, signal } from "@preact/signals";
import { type Import, type ImportMapping, newKey, Problem } from "boardcast";
import { cancelImport, sendImport } from "../../domain/import/commands";
import { loadProjects } from "../../live/projects";
import { instance } from "../../live/session";
import { api, body } from "../../platform/api";
import { explain } from "../../platform/i18n/errors";
import { setQuery } from "../../platform/router";
import { toast } from "../../platform/toasts";
import { readHead, type TableHead } from "./head";
import { importing as words } from "./messages";

/** An import that is not over is asked for so often, in ms. */
const pause = 1000;
/** The first time sooner: most files are small. */
const firstPause = 150;
/** Several answers of a person come one after the other, in ms. */
const settling = 400;

/** Why a file was not taken: in our words, or the server's refusal. */
export type Refusal = { text: string } | { problem: Problem };

export const isGoing = (one: Import | undefined) => one?.state === "queued" || one?.state === "running";

/** A file on its way in: first a dry run, then what the person says to it, then the import itself. */
export class ImportModel {
	readonly file = signal<File | undefined>(undefined);
	/** Of a table. */
	readonly head = signal<TableHead | undefined>(undefined);
	/** How much of the file has arrived, 0 to 1, while it is sent. */
	readonly sending = signal<{ share: number; dryRun: boolean } | undefined>(undefined);
	readonly refusal = signal<Refusal | undefined>(undefined);
	/** The import that the address names. */
	readonly shown = signal<Import | undefined>(undefined);
	/** Why it could not be read. */
	readonly unread = signal<Problem | undefined>(undefined);
	/** The last dry run that came to its end: what is shown of the file. */
	readonly checked = signal<Import | undefined>(undefined);
	readonly mapping = signal<ImportMapping>({});
	/** Who the people of the file are here, by their addresses or names there. */
	readonly people = signal<Readonly<Record<string, string>>>({});
	/** The person said something since the last dry run was asked for. */
	readonly changed = signal(false);
	/** Where the person wants it: "" is a new project, undefined is wherever the server finds right. */
	readonly #wanted = signal<string | undefined>(undefined);
	/** The project that holds the same board already. */
	readonly holder = signal<string | undefined>(undefined);
	readonly target = computed(() => this.#wanted.value ?? this.holder.value ?? "");
	/** A dry run is on its way. */
	readonly checking = computed(
		() =>
			this.changed.value ||
			this.sending.value?.dryRun === true ||
			(this.shown.value?.dry_run === true && isGoing(this.shown.value)),
	);
	#turn = 0;
	#lastSent = { what: "", key: "", dryRun: true };
	#abort: (() => void) | undefined;
	#soon: ReturnType<typeof setTimeout> | undefined;

	/** Begin with a file; what was said of another one is forgotten. */
	async take(file: File): Promise<void> {
		const isOther = this.file.peek()?.name !== file.name;
		this.#clear();
		if (isOther) this.mapping.value = {};
		if (isOther) this.people.value = {};
		setQuery({ id: null });
		const limit = instance.peek()?.import_limit;
		if (limit !== undefined && file.size > limit) {
			this.refusal.value = { text: words.tooLarge(file.name) };
			return;
		}
		const turn = ++this.#turn;
		try {
			// A folder has no bytes, and a file may have gone meanwhile.
			const head = await readHead(file, this.mapping.peek());
			if (turn !== this.#turn) return;
			this.head.value = head;
		} catch {
			if (turn === this.#turn) this.refusal.value = { text: words.unreadable(file.name) };
			return;
		}
		this.file.value = file;
		await this.check();
	}

	/** Back to the beginning. */
	forget(): void {
		this.#clear();
		this.mapping.value = {};
		this.people.value = {};
		setQuery({ id: null });
	}

	/** Back from a refusal to what is known of the file. */
	back(): void {
		this.refusal.value = undefined;
		this.shown.value = this.checked.peek();
	}

	/** Once more what was refused. */
	async retry(): Promise<void> {
		await this.#send(this.#lastSent.dryRun);
	}

	#clear(): void {
		this.stop();
		this.file.value = undefined;
		this.head.value = undefined;
		this.refusal.value = undefined;
		this.checked.value = undefined;
		this.shown.value = undefined;
		this.holder.value = undefined;
	}

	/** What the person says of the file; it is looked at once more. */
	say(changes: Partial<ImportMapping>): void {
		const next = { ...this.mapping.peek(), ...changes };
		this.mapping.value = next;
		const file = this.file.peek();
		if (file && ("delimiter" in changes || "encoding" in changes)) {
			void readHead(file, next).then(
				(head) => {
					if (this.mapping.peek() === next) this.head.value = head;
				},
				() => undefined,
			);
		}
		this.#checkSoon();
	}

	putInto(project: string): void {
		this.#wanted.value = project;
		this.#checkSoon();
	}

	#checkSoon(): void {
		if (!this.file.peek()) return;
		this.changed.value = true;
		clearTimeout(this.#soon);
		this.#soon = setTimeout(() => void this.check(), settling);
	}

	/** Let the server say what would come along. */
	async check(): Promise<void> {
		await this.#send(true);
	}

	async import(): Promise<void> {
		await this.#send(false);
	}

	async #send(dryRun: boolean): Promise<void> {
		const file = this.file.peek();
		if (!file) return;
		this.stop();
		const turn = ++this.#turn;
		const isMine = () => turn === this.#turn;
		this.refusal.value = undefined;
		this.sending.value = { share: 0, dryRun };
		const target = this.#wanted.peek() ?? this.holder.peek();
		const mapping: ImportMapping = {
			...this.mapping.peek(),
			// A dry run says who is known by an e-mail address alone: that can be told from what the person says.
			...(dryRun ? {} : { people: this.people.peek() }),
			...(this.#wanted.peek() === "" ? { new_project: true } : {}),
		};
		const wanted = { dryRun, project: target || undefined, mapping };
		const sent = sendImport(file, wanted, this.#keyOf(file, wanted), (share) => {
			if (isMine()) this.sending.value = { share, dryRun };
		});
		this.#abort = sent.cancel;
		try {
			const made = await sent.answer;
			if (!isMine()) return;
			this.#lastSent = { what: "", key: "", dryRun };
			if (dryRun && this.#wanted.peek() === undefined) this.holder.value = made.project_id ?? undefined;
			this.shown.value = made;
			setQuery({ id: made.id });
		} catch (error) {
			if (!isMine()) return;
			const problem = error instanceof Problem ? error : new Problem(0, { code: "internal" });
			if (!problem.retryable) this.#lastSent = { what: "", key: "", dryRun };
			this.refusal.value = { problem };
		}
		this.#abort = undefined;
		this.sending.value = undefined;
	}

	/** The same request has the same key until it is answered: a lost answer does not make two imports. */
	#keyOf({ name, size, lastModified }: File, wanted: { dryRun: boolean }): string {
		const what = JSON.stringify([name, size, lastModified, wanted]);
		const key = this.#lastSent.what === what ? this.#lastSent.key : newKey();
		this.#lastSent = { what, key, dryRun: wanted.dryRun };
		return key;
	}

	/** Stop sending, and a dry run that is not over. */
	stop(): void {
		this.#abort?.();
		this.#abort = undefined;
		this.#turn += 1;
		clearTimeout(this.#soon);
		this.changed.value = false;
		this.sending.value = undefined;
		const shown = this.shown.peek();
		// One that is over meanwhile harms nothing.
		if (shown?.dry_run && isGoing(shown)) void cancelImport(shown.id).catch(() => undefined);
	}

	/** Cancel whatever is on its way. Of an import the server takes back what it wrote. */
	async cancel(): Promise<void> {
		const shown = this.shown.peek();
		if (!shown || shown.dry_run || this.sending.peek()) {
			this.forget();
			return;
		}
		try {
			await cancelImport(shown.id);
		} catch (error) {
			const problem = error as Problem;
			// It is over: what became of it is read below.
			if (problem.code !== "import_ended") {
				toast({ tone: "danger", text: words.couldNotCancel, detail: explain(problem) });
				return;
			}
		}
		await this.#read(shown.id);
	}

	/** Show the import with this id, live until it is over; returns how to stop. */
	follow(id: string | null): () => void {
		let isOver = false;
		let timer: ReturnType<typeof setTimeout> | undefined;
		const next = async () => {
			await this.#read(id ?? "", () => !isOver);
			const { shown, unread } = this;
			const isWanted = shown.peek() ? isGoing(shown.peek()) : unread.peek()?.retryable === true;
			if (!isOver && isWanted) timer = setTimeout(() => void next(), pause);
		};
		this.unread.value = undefined;
		// The person goes to another import: what is here of a file is of no use there.
		if (id && this.shown.peek()?.id !== id) this.#clear();
		if (id && !this.shown.peek()) void next();
		else if (id && isGoing(this.shown.peek())) timer = setTimeout(() => void next(), firstPause);
		return () => {
			isOver = true;
			clearTimeout(timer);
		};
	}

	async #read(id: string, isWanted = () => true): Promise<void> {
		try {
			const now = await body(api.GET("/imports/{import}", { params: { path: { import: id } } }));
			if (!isWanted()) return;
			this.unread.value = undefined;
			// Before it is said to be there: the page leads to it.
			if (now.state === "done" && !now.dry_run) await loadProjects();
			if (isWanted()) this.#show(now);
		} catch (error) {
			if (isWanted()) this.unread.value = error as Problem;
		}
	}

	#show(now: Import): void {
		this.shown.value = now;
		if (!now.dry_run || now.state !== "done") return;
		this.checked.value = now;
		// Of a dry run from before a reload.
		if (!this.file.peek() && this.#wanted.peek() === undefined) {
			this.holder.value = now.project_id ?? undefined;
		}
	}
}
