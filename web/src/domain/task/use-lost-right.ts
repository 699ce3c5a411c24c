import { useEffect, useRef } from "preact/hooks";
import type { ProjectStore } from "../../live/store/project";
import { shortened } from "../../platform/text";
import { toast } from "../../platform/toasts";
import { later } from "./later";

interface Field {
	/** What is typed and not added. */
	text: () => string;
	/** Whether it can be added there. */
	mayAdd: () => boolean;
	discard: () => void;
}

/** The right to add tasks goes while the person types, or the place where they are added: the text is kept, and said to be. */
export function useLostRight(store: ProjectStore, field: Field): void {
	const latest = useRef(field);
	latest.current = field;
	useEffect(
		() => () => {
			const { text, mayAdd, discard } = latest.current;
			const yours = text();
			if (!yours || mayAdd() || store.status.peek() !== "ready") return;
			toast({
				tone: "danger",
				text: later.notAdded(shortened(yours)),
				project: store.id,
				typed: { yours, theirs: () => undefined, discard },
			});
		},
		[],
	);
}
