import { BellOff, CheckCheck } from "lucide-preact";
import { useEffect } from "preact/hooks";
import { markAllRead, markRead } from "../../domain/notification/commands";
import { hasMore, inbox, inboxProblem, loadMore, refresh } from "../../domain/notification/inbox";
import { addressOfNotification, bundled } from "../../domain/notification/notification";
import { unreadCount } from "../../domain/notification/unread";
import { addressOf } from "../../live/projects";
import { perform } from "../../platform/actions";
import { common } from "../../platform/i18n/common";
import { explain } from "../../platform/i18n/errors";
import { go, query, setQuery } from "../../platform/router";
import { useActions } from "../../platform/use-actions";
import { Button } from "../../ui/button";
import { Empty, Skeleton } from "../../ui/empty";
import { TopBar } from "../../ui/top-bar";
import { Line } from "./line";
import { notifications } from "./messages";
import "./notifications.css";

export function Notifications() {
	return (
		<>
			<TopBar title={notifications.title} />
			<main id="content" class="page" tabIndex={-1}>
				<List />
			</main>
		</>
	);
}

function List() {
	useActions(() => [
		{
			id: "notification.read_all",
			label: () => notifications.markAllRead,
			group: () => notifications.title,
			enabled: () => unreadCount.peek() > 0,
			run: markAllRead,
		},
	]);
	const all = inbox.value;
	const wanted = query.value.get("open");
	// A push message without texts leads here, as its address may not name a project.
	useEffect(() => {
		if (!all || wanted === null) return;
		const one = all.find(({ id }) => id === wanted);
		if (!one) {
			setQuery({ open: null });
			return;
		}
		markRead(one);
		go(addressOfNotification(one, addressOf(one.project)), { replace: true });
	}, [all, wanted]);
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
				<Button icon={CheckCheck} disabled={unread === 0} onClick={() => perform("notification.read_all")}>
					{notifications.markAllRead}
				</Button>
			</div>
			<ul class="notifications">
				{bundled(all).map((bundle) => (
					<Line key={bundle.at(-1)?.id} bundle={bundle} />
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
