import type { Problem, SavedView, User } from "boardcast";
import { Pencil, RotateCcw, Save, Trash2, UserRound, Users } from "lucide-preact";
import type { ProjectStore } from "../../live/store/project";
import type { Action } from "../../platform/actions";
import { explain } from "../../platform/i18n/errors";
import { go, query, route } from "../../platform/router";
import { toast } from "../../platform/toasts";
import { projectRights } from "../project/rights";
import { patchView } from "./commands";
import { view as words } from "./messages";
import { savedViews } from "./saved-views";
import { addressOfView, lookOf } from "./view";

/** Whether a person may change a view: their own, and as a manager those that others share. */
export function mayChange(store: ProjectStore, user: User, view: SavedView): boolean {
	return view.owner_id === user.id || (view.shared && projectRights(store, user).manage);
}

/** Waits for the answer and says a refusal in a toast; false then. */
async function change(store: ProjectStore, view: SavedView, changes: Partial<SavedView>): Promise<boolean> {
	try {
		savedViews(store).put(await patchView(store.id, view, changes));
		return true;
	} catch (error) {
		const detail = explain(error as Problem);
		toast({ tone: "danger", text: words.couldNot(view.name), detail, project: store.id });
		// Another person may have changed it, or deleted it.
		void savedViews(store).read();
		return false;
	}
}

/** Let a view show what is shown now, and open it. */
export async function updateView(store: ProjectStore, view: SavedView): Promise<void> {
	const look = lookOf(route.peek(), query.peek());
	if (!look || !(await change(store, view, look))) return;
	toast({ text: words.updated(view.name), project: store.id });
	go(addressOfView(store, { ...view, ...look }), { replace: true });
}

/** What the menu of a view has. */
export function viewActions(
	store: ProjectStore,
	user: User,
	view: SavedView,
	open: (what: "rename" | "delete") => void,
): Action[][] {
	const group = () => words.group;
	const isOwn = view.owner_id === user.id;
	const edits = mayChange(store, user, view);
	const all: (Action & { may: boolean })[] = [
		{
			id: "view.rename",
			label: () => words.rename,
			group,
			icon: Pencil,
			run: () => open("rename"),
			may: edits,
		},
		{
			id: "view.update",
			label: () => words.update,
			group,
			icon: Save,
			run: () => void updateView(store, view),
			may: edits && lookOf(route.value, query.value) !== undefined,
		},
		{
			id: "view.share",
			label: () => (view.shared ? words.makePersonal : words.makeShared),
			group,
			icon: view.shared ? UserRound : Users,
			run: () => void change(store, view, { shared: !view.shared }),
			may: isOwn && projectRights(store, user).write,
		},
		{
			id: "view.reset",
			label: () => words.reset,
			group,
			icon: RotateCcw,
			run: () => go(addressOfView(store, view)),
			may: query.value.get("view") === view.id,
		},
		{
			id: "view.delete",
			label: () => words.delete,
			group,
			icon: Trash2,
			danger: true,
			run: () => open("delete"),
			may: edits,
		},
	];
	const usable = all.filter(({ may }) => may);
	return [usable.filter(({ danger }) => !danger), usable.filter(({ danger }) => danger)].filter(
		(part) => part.length > 0,
	);
}
