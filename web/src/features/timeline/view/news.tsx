import { useEffect, useState } from "preact/hooks";
import { Avatar } from "../../../components/avatar";
import { announce } from "../../../lib/announce";
import type { Person, ProjectEvent } from "../../../lib/api/types";
import { timeline } from "../../../lib/messages/timeline";
import type { Plan } from "../model";

const lasting = 6000;
const moving = 1500;

/** "Alice moved 3 tasks": who it was, for a while, and those bars glide to their place once. */
export function News({ plan }: { plan: Plan }) {
	const [news, setNews] = useState<{ who: Person; count: number }>();
	useEffect(() => {
		let still: ReturnType<typeof setTimeout>;
		let quiet: ReturnType<typeof setTimeout>;
		const stop = plan.store.latest.subscribe((event) => {
			const moved = event ? movedBy(event, plan.user.id) : [];
			if (!event?.actor || moved.length === 0) return;
			clearTimeout(still);
			clearTimeout(quiet);
			plan.remote.value = new Set(moved);
			setNews({ who: event.actor, count: moved.length });
			announce(timeline.someoneMoved(event.actor.name, moved.length));
			still = setTimeout(() => {
				plan.remote.value = new Set();
			}, moving);
			quiet = setTimeout(() => setNews(undefined), lasting);
		});
		return () => {
			stop();
			clearTimeout(still);
			clearTimeout(quiet);
		};
	}, [plan]);
	if (!news) return null;
	return (
		// Spoken by the announcer already.
		<span class="tl-news" aria-hidden="true">
			<Avatar id={news.who.id} name={news.who.name} size="s" decorative />
			<span class="truncate">{timeline.someoneMoved(news.who.name, news.count)}</span>
		</span>
	);
}

/** Tasks whose dates somebody else has changed. */
function movedBy(event: ProjectEvent, me: string): string[] {
	if (event.actor?.id === me || event.type === "task.created") return [];
	const tasks = event.changes?.tasks ?? [];
	return tasks.filter((task) => "start_on" in task || "due_on" in task).map((task) => task.id);
}
