import { BellOff, CheckCheck } from "lucide-preact";
import { Button } from "../../components/button";
import { Empty, Skeleton } from "../../components/empty";
import { TopBar } from "../../components/top-bar";
import type { User } from "../../lib/api/types";
import {
	hasMore,
	inbox,
	inboxProblem,
	loadMore,
	markAllRead,
	refresh,
	unreadCount,
} from "../../lib/inbox/inbox";
import { common } from "../../lib/messages/common";
import { explain } from "../../lib/messages/errors";
import { notifications } from "../../lib/messages/notifications";
import { Line } from "./line";
import "./notifications.css";

interface Props {
	user: User;
	/** Opens the sidebar on a phone; hand it to `TopBar`. */
	onMenu: () => void;
}

export function Notifications({ onMenu }: Props) {
	return (
		<>
			<TopBar title={notifications.title} onMenu={onMenu} />
			<main id="content" class="page" tabIndex={-1}>
				<List />
			</main>
		</>
	);
}

function List() {
	const all = inbox.value;
	const problem = inboxProblem.value;
	const unread = unreadCount.value;
	if (!all && problem) {
		return (
			<Empty
				icon={BellOff}
				title={notifications.couldNotLoad}
				action={<Button onClick={() => void refresh()}>{common.retry}</Button>}
			>
				{explain(problem)}
			</Empty>
		);
	}
	if (!all) return <Skeleton />;
	if (all.length === 0) {
		return (
			<Empty icon={BellOff} title={notifications.none}>
				{notifications.noneHint}
			</Empty>
		);
	}
	return (
		<>
			<div class="notifications-head">
				<p class="soft" role="status">
					{notifications.unreadCount(unread)}
				</p>
				<Button icon={CheckCheck} disabled={unread === 0} onClick={markAllRead}>
					{notifications.markAllRead}
				</Button>
			</div>
			<ul class="notifications">
				{all.map((one) => (
					<Line key={one.id} one={one} />
				))}
			</ul>
			{hasMore.value && (
				<Button class="notifications-more" onClick={() => void loadMore()}>
					{common.more}
				</Button>
			)}
		</>
	);
}
