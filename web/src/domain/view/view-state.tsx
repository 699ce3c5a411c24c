import { BookmarkPlus, RotateCcw, Save } from "lucide-preact";
import { useState } from "preact/hooks";
import { go, query, route } from "../../platform/router";
import { Button, IconButton } from "../../ui/button";
import type { ProjectFilter } from "../filter/project-filter";
import { mayChange, updateView } from "./actions";
import { view as words } from "./messages";
import { SaveView } from "./save-view";
import { useSavedViews } from "./saved-views";
import { addressOfView, isSameLook, lookOf } from "./view";

interface Props {
	filter: ProjectFilter;
	/** There is little room: only the icons are shown. */
	small?: boolean;
}

/** Beside the filter: saves it as a view, or says that the open view is changed, with what can be done about it. */
export function ViewState({ filter: { store, user }, small }: Props) {
	const views = useSavedViews(store);
	const [saving, setSaving] = useState(false);
	const look = lookOf(route.value, query.value);
	const view = views?.find(({ id }) => id === query.value.get("view"));
	const isChanged = view !== undefined && look !== undefined && !isSameLook(look, view);
	if (!views || !look || (view && !isChanged)) return null;
	const reset = () => view && go(addressOfView(store, view), { replace: true });
	const save = () => (view ? void updateView(store, view) : setSaving(true));
	const Icon = view ? Save : BookmarkPlus;
	return (
		<>
			{view && <span class="visually-hidden">{words.changedView(view.name)}</span>}
			{(!view || mayChange(store, user, view)) &&
				(small ? (
					<IconButton icon={Icon} label={words.saveShort} onClick={save} />
				) : (
					<Button tone="ghost" icon={Icon} onClick={save}>
						{words.saveShort}
					</Button>
				))}
			{view &&
				(small ? (
					<IconButton icon={RotateCcw} label={words.reset} onClick={reset} />
				) : (
					<Button tone="ghost" icon={RotateCcw} onClick={reset}>
						{words.reset}
					</Button>
				))}
			{saving && <SaveView store={store} user={user} onClose={() => setSaving(false)} />}
		</>
	);
}
