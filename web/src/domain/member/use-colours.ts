import { effect } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import type { ProjectStore } from "../../live/store/project";
import { orderPeople } from "../../ui/avatar";

/** The people of the open project have the colours of their order, which is that of their accounts. */
export function useMemberColours(store: ProjectStore): void {
	useLayoutEffect(
		() =>
			effect(() => {
				const ids = store.tables.members.ids.value;
				if (ids.length > 0) orderPeople([...ids].sort());
			}),
		[store],
	);
}
