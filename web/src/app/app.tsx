import { WifiOff } from "lucide-preact";
import { Button } from "../components/button";
import { Empty } from "../components/empty";
import { Notices } from "../components/notices";
import { common } from "../lib/messages/common";
import { shell } from "../lib/messages/shell";
import { route } from "../lib/router";
import { startSession, unreachable, user } from "../lib/session";
import { Invite } from "./invite";
import { Shell } from "./shell";
import { SignIn } from "./sign-in";
import { SignUp } from "./sign-up";

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
	// Who it is is not known for a few milliseconds: an empty page, rather than a flash of the wrong one.
	return user.value ? <Shell user={user.value} /> : null;
}
