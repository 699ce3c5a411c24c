import { Announcer } from "./announcer";
import { modals } from "./modals";
import { Toasts } from "./toasts";

/** Toasts and announcements, rendered in the newest modal dialog, or on the page (`within` undefined) without one. */
export function Notices({ within }: { within?: object }) {
	if (modals.value.at(-1) !== within) return null;
	return (
		<>
			<Toasts />
			<Announcer />
		</>
	);
}
