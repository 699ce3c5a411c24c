import { Announcer } from "./announcer";
import { modals } from "./modals";
import { Toasts } from "./toasts";

/** Toasts and spoken words, in the newest modal dialog, or on the page (`within` undefined) when there is none. */
export function Notices({ within }: { within?: object }) {
	if (modals.value.at(-1) !== within) return null;
	return (
		<>
			<Toasts />
			<Announcer />
		</>
	);
}
