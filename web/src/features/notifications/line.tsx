import type { Notification } from "boardcast";
import { Check } from "lucide-preact";
import { markRead } from "../../domain/notification/commands";
import { addressOfNotification } from "../../domain/notification/notification";
import { sentences } from "../../domain/notification/sentences";
import { addressOf } from "../../live/projects";
import { Avatar } from "../../ui/avatar";
import { IconButton } from "../../ui/button";
import { RelativeTime } from "../../ui/relative-time";
import { notifications as words } from "./messages";

/** A notification, or a bundle of them: the whole line leads to what it is about, of several to the first unread one. */
export function Line({ bundle }: { bundle: readonly Notification[] }) {
	const [one, last] = [bundle[0], bundle.at(-1)];
	if (!one || !last) return null;
	const unread = one.read_at === null;
	const read = () => {
		for (const each of bundle) markRead(each);
	};
	return (
		<li class="notification" data-unread={unread || undefined}>
			<Avatar id={one.actor?.id ?? ""} name={one.actor?.name ?? "?"} size="l" decorative />
			<div class="notification-words">
				<a
					class="notification-link"
					href={addressOfNotification(last, addressOf(last.project))}
					onClick={read}
				>
					{unread && <span class="visually-hidden">{words.unread}: </span>}
					{bundle.length > 1 ? sentences.bundle(bundle.length, one) : sentences.of(one)}
				</a>
				{one.task && (
					<p class="truncate" dir="auto">
						{one.task.title}
					</p>
				)}
				{one.comment && (
					<p class="notification-excerpt" dir="auto">
						{bundle.length > 1 && <bdi>{one.actor?.name}: </bdi>}
						{one.comment.excerpt}
					</p>
				)}
				<p class="notification-where">
					<bdi>{one.project.name}</bdi> · <RelativeTime at={one.created_at} />
				</p>
			</div>
			{unread && <IconButton icon={Check} label={words.markRead} onClick={read} />}
		</li>
	);
}
