import type { Instant } from "../lib/api/types";
import { ago, moment } from "../lib/messages/dates";

/** A time as people say it, with the exact one on hover. */
export function Moment({ at }: { at: Instant }) {
	return (
		<time dateTime={at} title={moment(at)}>
			{ago(at)}
		</time>
	);
}
