import { common } from "../../platform/i18n/common";
import { explain } from "../../platform/i18n/errors";
import { Button } from "../../ui/button";
import { Skeleton } from "../../ui/empty";
import type { ActivityFeed } from "./feed";
import { activity as words } from "./messages";

/** Behind the entries: that they are being read, why they could not be, or a button for what was before. */
export function More({ feed }: { feed: ActivityFeed }) {
	const problem = feed.problem.value;
	if (problem) {
		return (
			<p role="alert">
				{explain(problem)}{" "}
				<Button onClick={() => void (feed.items.peek() ? feed.refresh() : feed.earlier())}>
					{common.retry}
				</Button>
			</p>
		);
	}
	if (!feed.items.value) return <Skeleton />;
	if (!feed.hasMore.value) return null;
	return (
		<Button class="activity-more" busy={feed.isReading.value} onClick={() => void feed.earlier()}>
			{words.earlier}
		</Button>
	);
}
