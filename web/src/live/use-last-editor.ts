import type { Kind } from "boardcast";
import { useEffect, useState } from "preact/hooks";
import type { ProjectStore } from "./store/project";

/** Who else has changed a field of an object, or deleted the object, while this is shown: the last one. */
export function useLastEditor(
	store: ProjectStore,
	kind: Kind,
	id: string,
): (field: string) => string | undefined {
	const [editors, setEditors] = useState<Readonly<Record<string, string | undefined>>>({});
	useEffect(
		() =>
			store.onApplied((events) => {
				for (const { actor, cause, changes, removed } of events) {
					if (store.isOwn(cause)) continue;
					const changed = changes?.[kind]?.find((object) => object.id === id) ?? {};
					const fields = removed?.[kind]?.includes(id) ? [gone] : Object.keys(changed);
					if (fields.length === 0) continue;
					const named = Object.fromEntries(fields.map((field) => [field, actor?.name]));
					setEditors((known) => ({ ...known, ...named }));
				}
			}),
		[store, kind, id],
	);
	return (field) => (gone in editors ? editors[gone] : editors[field]);
}

/** No field has this name. */
const gone = "";
