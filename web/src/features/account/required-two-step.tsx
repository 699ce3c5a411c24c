import type { User } from "boardcast";
import { ShieldCheck } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import { signOut } from "../../live/session";
import { api, body } from "../../platform/api";
import { setTitle } from "../../platform/title";
import { Button } from "../../ui/button";
import { account } from "./messages";
import { NewTwoStep } from "./new-two-step";
import "./account.css";

/** The page shows it in place of everything else while a person has not set up the two-step sign-in that the server requires. */
export function RequiredTwoStep({ user }: { user: User }) {
	const [isOpen, setOpen] = useState(false);
	useEffect(() => setTitle(account.twoStepRequired), []);
	const close = () => {
		setOpen(false);
		// Everything that could not be read before is read then.
		const state = body(api.GET("/me/totp"));
		void state.then(({ enabled_at }) => enabled_at && location.reload()).catch(() => {});
	};
	return (
		<main class="account-required">
			<ShieldCheck size={32} aria-hidden="true" />
			<h1>{account.twoStepRequired}</h1>
			<p class="soft">{account.twoStepRequiredHint(user.email)}</p>
			<div class="account-buttons">
				<Button tone="primary" onClick={() => setOpen(true)}>
					{account.setUpTwoStep}
				</Button>
				<Button tone="ghost" onClick={() => void signOut()}>
					{account.signOut}
				</Button>
			</div>
			{isOpen && <NewTwoStep email={user.email} onClose={close} />}
		</main>
	);
}
