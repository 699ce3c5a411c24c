import { Bell as BellIcon } from "lucide-preact";
import { IconButton } from "../../components/button";
import { notifications } from "../../lib/messages/notifications";
import { go } from "../../lib/router";

/** In the first load: keep it small, and the list itself in `index.tsx`. */
export function Bell() {
	return <IconButton icon={BellIcon} label={notifications.title} onClick={() => go("/notifications")} />;
}
