import { limits, type SavedView, type User } from "boardcast";
import { useState } from "preact/hooks";
import type { ProjectStore } from "../../live/store/project";
import { go, query, route } from "../../platform/router";
import { toast } from "../../platform/toasts";
import { Checkbox, TextField } from "../../ui/field";
import { FormDialog } from "../../ui/form-dialog";
import { useForm } from "../../ui/use-form";
import { projectRights } from "../project/rights";
import { createView, patchView } from "./commands";
import { view as words } from "./messages";
import { savedViews } from "./saved-views";
import { addressOfView, lookOf } from "./view";

interface Props {
	store: ProjectStore;
	user: User;
	/** The view whose name is changed; absent: a new one of what is shown now. */
	view?: SavedView | undefined;
	onClose: () => void;
}

export function SaveView({ store, user, view, onClose }: Props) {
	const [name, setName] = useState(view?.name ?? "");
	const [shared, setShared] = useState(false);
	const { write } = projectRights(store, user);
	const form = useForm(async () => {
		const look = lookOf(route.peek(), query.peek());
		if (view) savedViews(store).put(await patchView(store.id, view, { name: name.trim() }));
		else if (look) {
			const made = await createView(store.id, { ...look, name: name.trim(), shared });
			savedViews(store).put(made);
			go(addressOfView(store, made), { replace: true });
			toast({ text: words.saved(made.name), project: store.id });
		}
		onClose();
	});
	return (
		<FormDialog
			title={view ? words.renameTitle : words.saveTitle}
			form={form}
			submit={words.saveIt}
			onClose={onClose}
		>
			<TextField
				label={words.name}
				hint={view ? undefined : words.saveHint}
				required
				autofocus
				maxLength={limits.NewView.name.maxLength}
				value={name}
				onText={setName}
				error={form.error("name")}
			/>
			{!view && write && <Checkbox label={words.share} checked={shared} onPick={setShared} />}
		</FormDialog>
	);
}
