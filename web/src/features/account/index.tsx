import { TopBar } from "../../components/top-bar";
import type { User } from "../../lib/api/types";
import { account } from "../../lib/messages/account";

interface Props {
	user: User;
	tab: "profile" | "tokens" | "sessions";
	/** Opens the sidebar on a phone; hand it to `TopBar`. */
	onMenu: () => void;
}

export function Account({ user, onMenu }: Props) {
	return (
		<>
			<TopBar title={account.title} onMenu={onMenu} />
			<main id="content" tabIndex={-1}>
				<p class="page soft">{user.email}</p>
			</main>
		</>
	);
}
