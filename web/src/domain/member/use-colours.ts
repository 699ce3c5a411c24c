import { effect } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import { notedPlaces, notePlaces } from "../../live/session-hint";
import type { ProjectStore } from "../../live/store/project";
import { orderPeople, takePlaces } from "../../ui/avatar";

// Pages without a project show people as the projects did in which they were seen.
takePlaces(notedPlaces());

/** The people of the open project have the colours of their order, which is that of their accounts. */
export function useMemberColours(store: ProjectStore): void {
	useLayoutEffect(
		() =>
			effect(() => {
				const ids = store.tables.members.ids.value;
				if (ids.length > 0) notePlaces(orderPeople([...ids].sort()));
			}),
		[store],
	);
}
