import { WifiOff } from "lucide-preact";
import { policy, startSession, unreachable, user } from "../live/session";
import { common } from "../platform/i18n/common";
import { route } from "../platform/router";
import { Button } from "../ui/button";
import { Empty } from "../ui/empty";
import { Notices } from "../ui/notices";
import { shell } from "./messages";
import { Account, Invite, ResetPassword, SignIn, SignUp } from "./screens";
import { Shell } from "./shell";

export function App() {
	return (
		<>
			<Page />
			<Notices />
		</>
	);
}

function Page() {
	const { name } = route.value;
	if (unreachable.value) {
		return (
			<main>
				<Empty
					icon={WifiOff}
					title={shell.unreachable}
					action={<Button onClick={() => void startSession()}>{common.retry}</Button>}
				>
					{shell.unreachableHint}
				</Empty>
			</main>
		);
	}
	if (name === "invite") return <Invite />;
	if (name === "setup" || name === "sign-up") return <SignUp key={name} setup={name === "setup"} />;
	if (name === "sign-in") return <SignIn />;
	if (name === "reset-password") return <ResetPassword />;
	const me = user.value;
	// Nothing is rendered until the server has said whether a user is signed in.
	if (!me) return null;
	return policy.value?.second_factor_missing ? <Account user={me} /> : <Shell user={me} />;
}
