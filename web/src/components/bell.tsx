import { Bell as BellIcon } from "lucide-preact";
import { unreadCount } from "../lib/inbox/inbox";
import { notifications } from "../lib/messages/notifications";
import { href } from "../lib/route";
import { route } from "../lib/router";
import { cx } from "./cx";
import "./bell.css";

const most = 99;

/** The way to the notifications, and how many are unread. */
export function Bell({ class: name }: { class?: string }) {
	const unread = unreadCount.value;
	return (
		<a
			class={cx("bell", name)}
			href={href({ name: "notifications" })}
			aria-label={notifications.bell(unread)}
			title={notifications.bell(unread)}
			aria-current={route.value.name === "notifications" ? "page" : undefined}
		>
			<BellIcon size={18} aria-hidden="true" />
			{unread > 0 && (
				<span key={unread} class="bell-count" aria-hidden="true">
					{unread > most ? `${most}+` : unread}
				</span>
			)}
		</a>
	);
}
