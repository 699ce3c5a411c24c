import { TopBar } from "../../components/top-bar";
import type { User } from "../../lib/api/types";
import { account } from "../../lib/messages/account";
import { href } from "../../lib/route";
import { Password } from "./password";
import { Profile } from "./profile";
import { Sessions } from "./sessions";
import { Tokens } from "./tokens";
import "./account.css";

interface Props {
	user: User;
	tab: "profile" | "tokens" | "sessions";
	/** Opens the sidebar on a phone; hand it to `TopBar`. */
	onMenu: () => void;
}

const tabs = ["profile", "sessions", "tokens"] as const;

export function Account({ user, tab, onMenu }: Props) {
	return (
		<>
			<TopBar title={account.title} onMenu={onMenu}>
				<nav class="tabs" aria-label={account.parts}>
					{tabs.map((name) => (
						<a
							key={name}
							class="tab"
							href={href({ name: "account", tab: name })}
							aria-current={name === tab ? "page" : undefined}
						>
							{account.tabs[name]}
						</a>
					))}
				</nav>
			</TopBar>
			<main id="content" class="page" tabIndex={-1}>
				{tab === "profile" && (
					<>
						<Profile user={user} />
						<Password email={user.email} />
					</>
				)}
				{tab === "sessions" && <Sessions />}
				{tab === "tokens" && <Tokens />}
			</main>
		</>
	);
}
