import { Check } from "lucide-preact";
import { Avatar } from "../../components/avatar";
import { IconButton } from "../../components/button";
import { Moment } from "../../components/moment";
import type { Notification } from "../../lib/api/types";
import { markRead } from "../../lib/inbox/inbox";
import { addressOfNotification } from "../../lib/inbox/notifications";
import { notifications } from "../../lib/messages/notifications";
import { addressOf } from "../../lib/store/projects";

/** One notification: the whole line leads to what it is about. */
export function Line({ one }: { one: Notification }) {
	const unread = one.read_at === null;
	return (
		<li class="notification" data-unread={unread || undefined}>
			<Avatar id={one.actor?.id ?? ""} name={one.actor?.name ?? "?"} size="l" decorative />
			<div class="notification-words">
				<a
					class="notification-link"
					href={addressOfNotification(one, addressOf(one.project))}
					onClick={() => markRead(one)}
				>
					{unread && <span class="quiet">{notifications.unread}: </span>}
					{notifications.sentence(one)}
				</a>
				{one.task && <p class="truncate">{one.task.title}</p>}
				<p class="notification-where">
					{one.project.name} · <Moment at={one.created_at} />
				</p>
			</div>
			{unread && <IconButton icon={Check} label={notifications.markRead} onClick={() => markRead(one)} />}
		</li>
	);
}
