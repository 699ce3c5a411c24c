import type { Signal } from "@preact/signals";
import type { Person, ProjectEvent, User } from "boardcast";
import { useEffect, useState } from "preact/hooks";
import type { ProjectStore } from "../../live/store/project";
import { announce } from "../../platform/announce";

/** How long the sentence stays, and how long the tasks are marked, in ms. */
const lasting = 6000;
const marked = 1500;

interface Plan {
	readonly store: ProjectStore;
	readonly user: User;
	/** The tasks that another person has just moved. */
	readonly remote: Signal<ReadonlySet<string>>;
}

/** "Alice moved 3 tasks", for a few seconds after another person has changed dates; screen readers hear it. */
export function useOthersMoves(plan: Plan, sentence: (name: string, count: number) => string) {
	const [moves, setMoves] = useState<{ who: Person; text: string }>();
	useEffect(() => {
		let still: ReturnType<typeof setTimeout>;
		let quiet: ReturnType<typeof setTimeout>;
		// What happened before the plan was opened is no news.
		const before = plan.store.latest.peek();
		const stop = plan.store.latest.subscribe((event) => {
			if (!event?.actor || event === before) return;
			const moved = movedBy(event, plan.user.id);
			if (moved.length === 0) return;
			clearTimeout(still);
			clearTimeout(quiet);
			plan.remote.value = new Set(moved);
			const text = sentence(event.actor.name, moved.length);
			setMoves({ who: event.actor, text });
			announce(text);
			still = setTimeout(() => {
				plan.remote.value = new Set();
			}, marked);
			quiet = setTimeout(() => setMoves(undefined), lasting);
		});
		return () => {
			stop();
			clearTimeout(still);
			clearTimeout(quiet);
		};
	}, [plan]);
	return moves;
}

/** The tasks whose dates an event of another user has changed. */
function movedBy(event: ProjectEvent, me: string): string[] {
	if (event.actor?.id === me || event.type === "task.created") return [];
	const tasks = event.changes?.tasks ?? [];
	return tasks.filter((task) => "start_on" in task || "due_on" in task).map(({ id }) => id);
}
