import { askedToSignOut } from "../live/session";
import { common } from "../platform/i18n/common";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { later } from "./later";

/** Signing out while edits wait loses them: the person decides. */
export function AskToSignOut() {
	const asked = askedToSignOut.value;
	if (!asked) return null;
	const close = () => {
		askedToSignOut.value = undefined;
	};
	const footer = (
		<>
			<Button tone="ghost" onClick={close}>
				{common.cancel}
			</Button>
			<Button
				tone="danger"
				onClick={() => {
					close();
					asked.goOn();
				}}
			>
				{later.signOutAnyway}
			</Button>
		</>
	);
	return (
		<Dialog title={later.signOutTitle} onClose={close} footer={footer}>
			<p>{later.signOutWaiting(asked.waiting)}</p>
		</Dialog>
	);
}
