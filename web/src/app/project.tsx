import { FolderX, Settings } from "lucide-preact";
import { useEffect } from "preact/hooks";
import { Button } from "../components/button";
import { Empty, Skeleton } from "../components/empty";
import { TopBar } from "../components/top-bar";
import type { Project, User } from "../lib/api/types";
import { common } from "../lib/messages/common";
import { explain } from "../lib/messages/errors";
import { shell } from "../lib/messages/shell";
import { href, type ProjectView } from "../lib/route";
import { go, route } from "../lib/router";
import {
	addressOf,
	allProjects,
	findProject,
	loadProjects,
	openProject,
	projectsProblem,
} from "../lib/store/projects";
import { setTitle } from "../lib/title";
import { Board, Members, TaskDialog, Timeline } from "./features";
import { OpenTask } from "./open-task";

const tabs = ["board", "timeline", "members"] as const;

const ahead = { board: Board, timeline: Timeline, members: Members, settings: Members };

interface Props {
	projectKey: string;
	view: ProjectView;
	task: number | undefined;
	user: User;
	onMenu: () => void;
}

export function ProjectPage({ projectKey, view, task, user, onMenu }: Props) {
	const summary = findProject(projectKey);
	useEffect(() => {
		// While the project is still being asked for: what shows it comes at the same time.
		ahead[view].ahead();
		if (task !== undefined) TaskDialog.ahead();
	}, [view, task === undefined]);
	if (summary) return <Opened id={summary.id} view={view} task={task} user={user} onMenu={onMenu} />;
	const problem = projectsProblem.value;
	return (
		<>
			<TopBar title={projectKey} onMenu={onMenu} />
			<main id="content" class="page">
				{allProjects.value ? (
					<Gone />
				) : problem ? (
					<Failed text={explain(problem)} retry={loadProjects} />
				) : (
					<Skeleton />
				)}
			</main>
		</>
	);
}

function Opened({ id, view, task, user, onMenu }: Omit<Props, "projectKey"> & { id: string }) {
	const store = openProject(id);
	const summary = allProjects.value?.find((project) => project.id === id);
	const project = store.tables.project.get(id) ?? summary;
	const name = project?.name ?? "";
	useEffect(() => {
		const number = task === undefined ? "" : `${shell.taskAt(project?.key ?? "", task)} · `;
		setTitle(`${number}${name}`, { project: id, user: user.id });
	}, [id, name, task, project?.key]);
	useEffect(() => {
		const now = route.peek();
		// The key was changed while this page shows the project.
		if (project && now.name === "project" && findProject(now.key)?.id === id && !named(now.key, project)) {
			go({ ...now, key: addressOf(project) }, { replace: true });
		}
	}, [project?.key]);
	const status = store.status.value;
	const problem = store.problem.value;
	const key = project ? addressOf(project) : id;
	return (
		<>
			<TopBar title={name} onMenu={onMenu}>
				<nav class="tabs" aria-label={shell.view}>
					{tabs.map((tab) => (
						<a
							key={tab}
							class="tab"
							href={href({ name: "project", key, view: tab })}
							aria-current={tab === view ? "page" : undefined}
						>
							{shell.views[tab]}
						</a>
					))}
					<a
						class="tab"
						href={href({ name: "project", key, view: "settings" })}
						aria-current={view === "settings" ? "page" : undefined}
						aria-label={shell.views.settings}
						title={shell.views.settings}
					>
						<Settings size={16} aria-hidden="true" />
					</a>
				</nav>
			</TopBar>
			<main id="content" class="view" tabIndex={-1}>
				{status === "gone" && <Gone />}
				{status === "loading" && (
					<div class="page">
						<Skeleton />
					</div>
				)}
				{status === "failed" && problem && <Failed text={explain(problem)} retry={() => store.load()} />}
				{status === "ready" && view === "board" && <Board store={store} user={user} task={task} />}
				{status === "ready" && view === "timeline" && <Timeline store={store} user={user} task={task} />}
				{status === "ready" && task !== undefined && (view === "board" || view === "timeline") && (
					<OpenTask store={store} user={user} number={task} view={view} address={key} />
				)}
				{status === "ready" && (view === "members" || view === "settings") && (
					<Members store={store} user={user} tab={view} />
				)}
			</main>
		</>
	);
}

const named = (address: string, { id, key }: Pick<Project, "id" | "key">) =>
	address.toLowerCase() === key.toLowerCase() || address.toLowerCase() === id;

function Gone() {
	return (
		<Empty
			icon={FolderX}
			title={shell.projectGone}
			action={
				<a class="link" href="/">
					{shell.backToProjects}
				</a>
			}
		>
			{shell.projectGoneHint}
		</Empty>
	);
}

export function Failed({ text, retry }: { text: string; retry: () => Promise<void> }) {
	return (
		<Empty
			icon={FolderX}
			title={shell.couldNotLoad}
			action={<Button onClick={() => void retry()}>{common.retry}</Button>}
		>
			{text}
		</Empty>
	);
}
