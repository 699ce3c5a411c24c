import type { SavedView, User } from "boardcast";
import { BookmarkPlus, CalendarDays, CalendarRange, Columns3, Ellipsis, Table2, Users } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import type { ProjectStore } from "../../live/store/project";
import { register } from "../../platform/actions";
import { go, query, route } from "../../platform/router";
import { useActions } from "../../platform/use-actions";
import { IconButton } from "../../ui/button";
import { Confirm } from "../../ui/confirm";
import { Menu } from "../../ui/menu";
import { mayChange, updateView, viewActions } from "./actions";
import { deleteView } from "./commands";
import { view as words } from "./messages";
import { SaveView } from "./save-view";
import { savedViews, useSavedViews } from "./saved-views";
import { addressOfView, isSameLook, lookOf } from "./view";
import "./view-list.css";

const icons = { board: Columns3, table: Table2, calendar: CalendarDays, timeline: CalendarRange };

type Opened = { what: "rename" | "delete" | "save"; view?: SavedView };

interface Props {
	store: ProjectStore;
	user: User;
}

/** The saved views of the open project, below it in the sidebar. */
export function ViewList({ store, user }: Props) {
	const views = useSavedViews(store);
	const [opened, setOpened] = useState<Opened | undefined>(undefined);
	const close = () => setOpened(undefined);
	useActions(() => [
		{
			id: "view.save",
			label: () => words.save,
			group: () => words.group,
			icon: BookmarkPlus,
			enabled: () => lookOf(route.peek(), query.peek()) !== undefined,
			run: () => setOpened({ what: "save" }),
		},
	]);
	useViewsInPalette(store, views);
	const { what, view } = opened ?? {};
	return (
		<div class="views">
			{views && views.length > 0 && (
				<ul aria-label={words.title}>
					{views.map((one) => (
						<Line
							key={one.id}
							store={store}
							user={user}
							view={one}
							open={(next) => setOpened({ what: next, view: one })}
						/>
					))}
				</ul>
			)}
			{(what === "save" || what === "rename") && (
				<SaveView store={store} user={user} view={view} onClose={close} />
			)}
			{what === "delete" && view && <Delete store={store} view={view} onClose={close} />}
		</div>
	);
}

function useViewsInPalette(store: ProjectStore, views: readonly SavedView[] | undefined): void {
	const names = views?.map(({ id, name, version }) => `${id} ${version} ${name}`).join();
	useEffect(() => {
		const entries = (views ?? []).map((view) => ({
			id: `view.open.${view.id}`,
			label: () => words.goTo(view.name),
			group: () => words.group,
			icon: icons[view.layout],
			run: () => go(addressOfView(store, view)),
		}));
		return register(entries);
	}, [store, names]);
}

interface LineProps extends Props {
	view: SavedView;
	open: (what: "rename" | "delete") => void;
}

function Line({ store, user, view, open }: LineProps) {
	const Icon = icons[view.layout];
	const isOpen = query.value.get("view") === view.id;
	const look = lookOf(route.value, query.value);
	const isChanged = isOpen && look !== undefined && !isSameLook(look, view);
	const menu = viewActions(store, user, view, open);
	return (
		<li class="view-line">
			<a
				class="view-link"
				href={addressOfView(store, view)}
				aria-current={isOpen ? "true" : undefined}
				title={view.name}
			>
				<Icon size={14} aria-hidden="true" />
				<span class="truncate sidebar-wide" dir="auto">
					{view.name}
				</span>
				{view.shared && (
					<>
						<Users class="view-shared" size={12} aria-hidden="true" />
						<span class="visually-hidden">{words.shared}</span>
					</>
				)}
			</a>
			{menu.length > 0 && (
				<Menu
					label={words.menu(view.name)}
					actions={menu}
					trigger={(props) => (
						<IconButton class="view-menu" icon={Ellipsis} label={words.menu(view.name)} {...props} />
					)}
				/>
			)}
			{isChanged && (
				<p class="view-changed sidebar-wide">
					<span>{words.changed}</span>
					{mayChange(store, user, view) && (
						<button type="button" onClick={() => void updateView(store, view)}>
							{words.saveIt}
						</button>
					)}
					<a href={addressOfView(store, view)}>{words.reset}</a>
				</p>
			)}
		</li>
	);
}

function Delete({ store, view, onClose }: { store: ProjectStore; view: SavedView; onClose: () => void }) {
	const run = async () => {
		await deleteView(store.id, view);
		savedViews(store).remove(view.id);
		onClose();
	};
	return (
		<Confirm title={words.deleteTitle(view.name)} confirm={words.deleteIt} run={run} onClose={onClose}>
			<p>{view.shared ? words.deleteShared : words.deleteHint}</p>
		</Confirm>
	);
}
