import { common } from "../platform/i18n/common";
import { leaving } from "../platform/router";
import { answerLeaving } from "../platform/unsaved";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { later } from "./later";

/** Going to another page loses what was typed and not saved: the person decides. */
export function AskToLeave() {
	if (!leaving.value) return null;
	const footer = (
		<>
			<Button tone="ghost" onClick={() => answerLeaving(true)}>
				{common.discard}
			</Button>
			<Button tone="primary" autofocus onClick={() => answerLeaving(false)}>
				{common.keepEditing}
			</Button>
		</>
	);
	return (
		<Dialog title={common.discardQuestion} onClose={() => answerLeaving(false)} footer={footer}>
			<p>{later.unsavedHint}</p>
		</Dialog>
	);
}
