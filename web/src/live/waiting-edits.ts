// The edits that the server has not answered yet, kept in the browser: they survive a reload, a crash and a closed tab. Each
// belongs to a user, and to the tab that sends it. When that tab is gone, another tab of the same user takes it over; its
// Idempotency-Key stays, so that the server carries it out once.

import { newKey } from "boardcast";
import type { DBSchema, IDBPDatabase } from "idb";
import type { KeptEdit } from "./store/keeper";

interface WaitingEdit extends KeptEdit {
	user: string;
	tab: string;
}

interface Schema extends DBSchema {
	edits: { key: string; value: WaitingEdit; indexes: { user: string } };
}

const lockOf = (tab: string) => `boardcast-tab-${tab}`;
const claiming = "boardcast-claim";

/** One tab's view of the kept edits. Without a database, in a private window for example, edits live as long as the page. */
export class WaitingEdits {
	readonly #tab = newKey();
	readonly #open: Promise<IDBPDatabase<Schema> | undefined>;
	#last: Promise<unknown> = Promise.resolve();

	constructor(name = "boardcast") {
		this.#open = open(name).catch(() => undefined);
		// Held until the tab is gone: others see by it who sends its edits.
		void locks()?.request(lockOf(this.#tab), () => new Promise(() => {}));
	}

	keep(edit: Omit<WaitingEdit, "tab">): void {
		this.#write((db) => db.put("edits", { ...edit, tab: this.#tab }));
	}

	forget(key: string): void {
		this.#write((db) => db.delete("edits", key));
	}

	/** Forget what this tab would send for the user, or what any tab would in a project. */
	forgetAll(user: string, project?: string): Promise<void> {
		return this.#write(async (db) => {
			for (const edit of await db.getAllFromIndex("edits", "user", user)) {
				const meant = project === undefined ? edit.tab === this.#tab : edit.project === project;
				if (meant) await db.delete("edits", edit.key);
			}
		});
	}

	/** Take over the edits of this user that no open tab sends, in the order in which they were made. */
	async claim(user: string): Promise<WaitingEdit[]> {
		const manager = locks();
		const claimed: WaitingEdit[] = [];
		const take = () =>
			this.#write(async (db) => {
				const held = new Set((await manager?.query())?.held?.map(({ name }) => name));
				const store = db.transaction("edits", "readwrite").store;
				for (const edit of await store.index("user").getAll(user)) {
					if (edit.tab !== this.#tab && held.has(lockOf(edit.tab))) continue;
					claimed.push(edit);
					await store.put({ ...edit, tab: this.#tab });
				}
			});
		// One tab at a time: two that open together must not take the same edit.
		await (manager ? manager.request(claiming, take) : take());
		return claimed.sort((a, b) => a.at - b.at || a.turn - b.turn);
	}

	/** Everything in its order, so that an edit is not forgotten before it is kept. */
	#write(act: (db: IDBPDatabase<Schema>) => Promise<unknown>): Promise<void> {
		const done = this.#last.then(async () => {
			const db = await this.#open;
			// A full disk or a closed database: the edit lives as long as the page.
			if (db) await act(db).catch(() => undefined);
		});
		this.#last = done;
		return done;
	}
}

async function open(name: string): Promise<IDBPDatabase<Schema>> {
	// Behind the first screen: what is kept meanwhile waits for it.
	const { openDB } = await import("idb");
	return openDB<Schema>(name, 1, {
		upgrade: (db) => {
			db.createObjectStore("edits", { keyPath: "key" }).createIndex("user", "user");
		},
	});
}

/** They do not exist on plain HTTP outside of localhost: then each tab that opens takes all edits, and the keys protect them. */
function locks(): LockManager | undefined {
	return globalThis.navigator?.locks;
}
