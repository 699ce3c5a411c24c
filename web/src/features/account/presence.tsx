import type { Problem, User } from "boardcast";
import { useState } from "preact/hooks";
import { showMe } from "../../domain/account/commands";
import { explain } from "../../platform/i18n/errors";
import { toast } from "../../platform/toasts";
import { Checkbox } from "../../ui/field";
import { account } from "./messages";

/** Whether others see where the person is. The tick is saved at once. */
export function Presence({ user }: { user: User }) {
	const [wanted, setWanted] = useState<boolean | undefined>(undefined);
	const change = async (show: boolean) => {
		setWanted(show);
		try {
			await showMe(show);
		} catch (error) {
			toast({ tone: "danger", text: account.couldNotSave, detail: explain(error as Problem) });
		}
		setWanted(undefined);
	};
	return (
		<section class="section" aria-labelledby="presence-title">
			<h2 id="presence-title">{account.presence}</h2>
			<Checkbox
				label={account.showPresence}
				checked={wanted ?? user.show_presence}
				onPick={(show) => void change(show)}
			/>
			<p class="field-hint account-below">{account.showPresenceHint}</p>
		</section>
	);
}
