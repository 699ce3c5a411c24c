import { TopBar } from "../../components/top-bar";
import type { User } from "../../lib/api/types";
import { notifications } from "../../lib/messages/notifications";

interface Props {
	user: User;
	/** Opens the sidebar on a phone; hand it to `TopBar`. */
	onMenu: () => void;
}

export function Notifications({ onMenu }: Props) {
	return (
		<>
			<TopBar title={notifications.title} onMenu={onMenu} />
			<main id="content" tabIndex={-1} />
		</>
	);
}
