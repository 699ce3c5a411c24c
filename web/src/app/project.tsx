import type { Project, User } from "boardcast";
import {
	Activity as ActivityIcon,
	ChartNoAxesColumn,
	FolderX,
	History,
	type LucideIcon,
	Settings,
	Users,
} from "lucide-preact";
import { useEffect } from "preact/hooks";
import { useMemberColours } from "../domain/member/use-colours";
import { task as taskWords } from "../domain/task/messages";
import {
	addressOf,
	allProjects,
	findProject,
	loadProjects,
	openProject,
	projectsProblem,
} from "../live/projects";
import type { ProjectStore } from "../live/store/project";
import { perform } from "../platform/actions";
import { common } from "../platform/i18n/common";
import { explain } from "../platform/i18n/errors";
import { hasTasks, type ProjectView } from "../platform/route";
import { go, query, route } from "../platform/router";
import { setTitle } from "../platform/title";
import { Empty, Skeleton } from "../ui/empty";
import { Failed } from "../ui/failed";
import { firstScreenIsShown } from "../ui/lazy";
import { TopBar } from "../ui/top-bar";
import { addressOfView } from "./actions";
import { shell } from "./messages";
import { OpenTask } from "./open-task";
import {
	Activity,
	Board,
	Calendar,
	Members,
	Past,
	Settings as ProjectSettings,
	Reports,
	Table,
	TaskDialog,
	Timeline,
} from "./screens";

const tabs = ["board", "table", "calendar", "timeline", "members"] as const;

const others = { activity: Activity, reports: Reports, members: Members, settings: ProjectSettings };
const later = { table: Table, calendar: Calendar, timeline: Timeline, ...others };

interface Props {
	projectKey: string;
	view: ProjectView;
	task: number | undefined;
	user: User;
}

export function ProjectPage({ projectKey, view, task, user }: Props) {
	const summary = findProject(projectKey);
	useEffect(() => {
		// Download the screen while the project is loading.
		if (view !== "board") later[view].preload();
		if (task !== undefined) TaskDialog.preload();
	}, [view, task === undefined]);
	if (summary) return <Opened id={summary.id} view={view} task={task} user={user} />;
	const problem = projectsProblem.value;
	return (
		<>
			<TopBar title={projectKey} />
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

function Opened({ id, view, task, user }: Omit<Props, "projectKey"> & { id: string }) {
	const store = openProject(id);
	useMemberColours(store);
	const summary = allProjects.value?.find((project) => project.id === id);
	const project = store.tables.project.get(id) ?? summary;
	const name = project?.name ?? "";
	useEffect(() => {
		const number = task === undefined ? "" : `${taskWords.numbered(project?.key ?? "", task)} · `;
		setTitle(`${number}${name}`);
	}, [id, name, task, project?.key]);
	useEffect(() => {
		const now = route.peek();
		// The key of the project was changed: show the new one in the address.
		if (project && now.name === "project" && findProject(now.key)?.id === id && !named(now.key, project)) {
			go({ ...now, key: addressOf(project) }, { replace: true });
		}
	}, [project?.key]);
	const status = store.status.value;
	useEffect(() => {
		if (status !== "loading") firstScreenIsShown();
	}, [status]);
	const problem = store.problem.value;
	const key = project ? addressOf(project) : id;
	const at = query.value.get("at");
	const Other = others[view as keyof typeof others];
	const small = (to: ProjectView, Icon: LucideIcon) => (
		<a
			class="tab"
			href={addressOfView(key, to)}
			aria-current={view === to ? "page" : undefined}
			aria-label={shell.views[to]}
			title={shell.views[to]}
		>
			<Icon size={16} aria-hidden="true" />
		</a>
	);
	const views = (shown: ProjectStore) => (
		<>
			{view === "board" && <Board store={shown} user={user} task={task} />}
			{view === "table" && <Table store={shown} user={user} />}
			{view === "calendar" && <Calendar store={shown} user={user} task={task} />}
			{view === "timeline" && <Timeline store={shown} user={user} task={task} />}
			{task !== undefined && hasTasks(view) && (
				<OpenTask store={shown} user={user} number={task} view={view} address={key} />
			)}
		</>
	);
	return (
		<>
			<TopBar title={name}>
				<nav class="tabs" aria-label={shell.view}>
					{tabs.map((tab) => (
						<a
							key={tab}
							class="tab"
							href={addressOfView(key, tab)}
							aria-current={tab === view ? "page" : undefined}
						>
							{tab === "members" && <Users class="tab-icon" size={16} aria-hidden="true" />}
							<span class={tab === "members" ? "tab-word" : undefined}>{shell.views[tab]}</span>
						</a>
					))}
					{small("activity", ActivityIcon)}
					{small("reports", ChartNoAxesColumn)}
					{hasTasks(view) && (
						<button
							type="button"
							class="tab"
							aria-pressed={at !== null}
							aria-label={shell.past}
							title={shell.past}
							onClick={() => perform("go.past")}
						>
							<History size={16} aria-hidden="true" />
						</button>
					)}
					{small("settings", Settings)}
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
				{status === "ready" && hasTasks(view) && at !== null && (
					<Past key={id} store={store} at={at} show={views} />
				)}
				{status === "ready" && at === null && views(store)}
				{status === "ready" && view in others && <Other store={store} user={user} />}
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
					{common.backToProjects}
				</a>
			}
		>
			{shell.projectGoneHint}
		</Empty>
	);
}
