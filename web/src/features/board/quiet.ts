// Tasks that go to the archive within a week, because no change touched them for as long as their column says.

import { effect, type ReadonlySignal, type Signal } from "@preact/signals";
import type { Column } from "boardcast";
import type { ProjectStore } from "../../live/store/project";
import { api, body } from "../../platform/api";

export interface Quiet {
	at: string;
	/** A task that is changed is quiet no more. */
	version: number;
}

/** What it has to know of the board. */
interface QuietBoard {
	readonly store: ProjectStore;
	readonly columns: ReadonlySignal<readonly Column[]>;
	readonly quiet: Signal<ReadonlyMap<string, Quiet>>;
}

/** The server looks once an hour. */
const pause = 3_600_000;

/** Reads them while the board is shown, again when a column has another rule, and every hour; returns how to stop. */
export function followQuiet(board: QuietBoard): () => void {
	let turn = 0;
	const read = async () => {
		const now = ++turn;
		try {
			const found = await readAll(board.store);
			if (now === turn) board.quiet.value = found;
		} catch {
			// It is a hint: the next hour asks again.
		}
	};
	let rules = "";
	const stop = effect(() => {
		const next = board.columns.value
			.map(({ id, archive_after_days }) => `${id} ${archive_after_days}`)
			.join();
		const has = board.columns.value.some(({ archive_after_days }) => archive_after_days !== null);
		if (next === rules) return;
		rules = next;
		if (has) void read();
	});
	const timer = setInterval(() => {
		if (board.columns.peek().some(({ archive_after_days }) => archive_after_days !== null)) void read();
	}, pause);
	return () => {
		turn += 1;
		stop();
		clearInterval(timer);
	};
}

async function readAll(store: ProjectStore): Promise<ReadonlyMap<string, Quiet>> {
	const found = new Map<string, Quiet>();
	let cursor: string | undefined;
	do {
		const params = { path: { project: store.id }, query: { limit: 200, ...(cursor ? { cursor } : {}) } };
		const page = await body(api.GET("/projects/{project}/quiet-tasks", { params }));
		for (const { task_id, archives_at } of page.items) {
			const version = store.tables.tasks.peek(task_id)?.version;
			if (version !== undefined) found.set(task_id, { at: archives_at, version });
		}
		cursor = page.next_cursor ?? undefined;
	} while (cursor);
	return found;
}
