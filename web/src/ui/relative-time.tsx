import type { Instant } from "boardcast";
import { ago, exactTime } from "../platform/i18n/dates";

/** "3 hours ago", with the exact time as a tooltip. */
export function RelativeTime({ at }: { at: Instant }) {
	return (
		<time dateTime={at} title={exactTime(at)}>
			{ago(at)}
		</time>
	);
}
