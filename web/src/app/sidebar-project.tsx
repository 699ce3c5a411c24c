import type { User } from "boardcast";
import { Copy, Ellipsis } from "lucide-preact";
import { duplicate } from "../domain/project/duplicate";
import { DuplicateProject } from "../domain/project/duplicate-project";
import { duplicating } from "../domain/project/duplicating";
import { ViewList } from "../domain/view/view-list";
import { policy } from "../live/session";
import type { ProjectStore } from "../live/store/project";
import { actions, inGroups, isEnabled } from "../platform/actions";
import { useActions } from "../platform/use-actions";
import { IconButton } from "../ui/button";
import { Menu } from "../ui/menu";
import { later } from "./later";
import { shell } from "./messages";
import "./sidebar-project.css";

interface Props {
	store: ProjectStore;
	user: User;
}

/** Of the open project in the sidebar: its menu and its saved views. */
export function SidebarProject({ store, user }: Props) {
	const project = store.tables.project.get(store.id);
	useActions(() => [
		{
			id: "project.duplicate",
			label: () => duplicate.action,
			group: () => shell.groups.general,
			icon: Copy,
			enabled: () => project !== undefined && policy.value?.create_projects !== false,
			run: () => {
				if (project) duplicating.value = project;
			},
		},
	]);
	if (!project) return null;
	const menu = inGroups(actions.value, [["view.save"], ["project.duplicate"], ["go.settings"]]);
	const copied = duplicating.value;
	return (
		<>
			<Menu
				label={later.projectMenu(project.name)}
				actions={menu.map((group) => group.filter(isEnabled)).filter((group) => group.length > 0)}
				trigger={(props) => (
					<IconButton
						class="sidebar-project-menu"
						icon={Ellipsis}
						label={later.projectMenu(project.name)}
						{...props}
					/>
				)}
			/>
			<ViewList store={store} user={user} />
			{copied && (
				<DuplicateProject
					key={copied.id}
					project={copied}
					onClose={() => {
						duplicating.value = undefined;
					}}
				/>
			)}
		</>
	);
}
