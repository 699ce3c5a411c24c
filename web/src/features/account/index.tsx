import type { User } from "@boardcast/client";
import { href } from "../../platform/route";
import { TopBar } from "../../ui/top-bar";
import { account } from "./messages";
import { Notifications } from "./notifications";
import { Password } from "./password";
import { Profile } from "./profile";
import { Sessions } from "./sessions";
import { Tokens } from "./tokens";
import "./account.css";

interface Props {
	user: User;
	tab: (typeof tabs)[number];
}

const tabs = ["profile", "notifications", "sessions", "tokens"] as const;

export function Account({ user, tab }: Props) {
	return (
		<>
			<TopBar title={account.title}>
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
				{tab === "notifications" && <Notifications user={user.id} />}
				{tab === "sessions" && <Sessions />}
				{tab === "tokens" && <Tokens />}
			</main>
		</>
	);
}
