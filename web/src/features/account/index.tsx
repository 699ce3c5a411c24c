import type { User } from "boardcast";
import { href } from "../../platform/route";
import { TopBar } from "../../ui/top-bar";
import { Calendars } from "./calendars";
import { DeleteAccount } from "./delete-account";
import { account } from "./messages";
import { Notifications } from "./notifications";
import { OwnData } from "./own-data";
import { Password } from "./password";
import { Presence } from "./presence";
import { Profile } from "./profile";
import { RequiredTwoStep } from "./required-two-step";
import { Sessions } from "./sessions";
import { SignIns } from "./sign-ins";
import { Tokens } from "./tokens";
import { TwoStep } from "./two-step";
import "./account.css";

interface Props {
	user: User;
	/** Without one: the set-up of two-step sign-in, which is required before anything else. */
	tab?: (typeof tabs)[number];
}

const tabs = ["profile", "notifications", "sessions", "tokens", "calendars"] as const;

export function Account({ user, tab }: Props) {
	if (!tab) return <RequiredTwoStep user={user} />;
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
						<Presence user={user} />
						<Password email={user.email} />
						<TwoStep email={user.email} />
						<OwnData />
						<DeleteAccount email={user.email} />
					</>
				)}
				{tab === "notifications" && <Notifications user={user.id} />}
				{tab === "sessions" && (
					<>
						<Sessions />
						<SignIns />
					</>
				)}
				{tab === "tokens" && <Tokens />}
				{tab === "calendars" && <Calendars />}
			</main>
		</>
	);
}
