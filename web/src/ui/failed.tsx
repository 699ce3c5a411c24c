import { CircleAlert } from "lucide-preact";
import { common } from "../platform/i18n/common";
import { Button } from "./button";
import { Empty } from "./empty";

/** In place of a page whose data could not be read: the reason, and a button that reads again. */
export function Failed({ text, retry }: { text: string; retry: () => Promise<void> }) {
	return (
		<Empty
			icon={CircleAlert}
			title={common.couldNotLoad}
			action={<Button onClick={() => void retry()}>{common.retry}</Button>}
		>
			{text}
		</Empty>
	);
}
