import { Bell as BellIcon } from "lucide-preact";
import { href } from "../../platform/route";
import { route } from "../../platform/router";
import { cx } from "../../ui/cx";
import { notifications } from "./messages";
import { unreadCount } from "./unread";
import "./bell.css";

const most = 99;

/** The link to the notifications, with the number of unread ones. */
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
