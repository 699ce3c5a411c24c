import { History } from "lucide-preact";
import { exactTime } from "../../platform/i18n/dates";
import { Button } from "../../ui/button";
import { backToNow } from "./leave";
import { past as words } from "./messages";
import type { Past } from "./model";

/** Says above the view that it is not the present one, and leads back. */
export function Banner({ past }: { past: Past }) {
	const at = past.entries.value.get(past.seq.value ?? 0)?.at;
	return (
		<section class="past-banner" aria-label={words.banner}>
			<History size={16} aria-hidden="true" />
			<p>{at === undefined ? words.looking : words.lookingAt(exactTime(at))}</p>
			<Button onClick={backToNow}>{words.backToNow}</Button>
		</section>
	);
}
