import { AskToLeave } from "./ask-to-leave";
import { AskToSignOut } from "./ask-to-sign-out";

/** What is asked before something that was typed or done is lost. */
export function AskFirst() {
	return (
		<>
			<AskToSignOut />
			<AskToLeave />
		</>
	);
}
