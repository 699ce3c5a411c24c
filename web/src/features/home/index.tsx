import type { ProjectSummary, User } from "boardcast";
import { FileUp, LayoutGrid, Pin, Plus } from "lucide-preact";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { member as memberWords } from "../../domain/member/messages";
import { setPinned } from "../../domain/project/commands";
import { isPinned } from "../../domain/project/pins";
import { SmallPlots } from "../../domain/report/small-plots";
import { addressOf, allProjects, loadProjects, projects, projectsProblem } from "../../live/projects";
import { policy } from "../../live/session";
import { perform } from "../../platform/actions";
import { explain } from "../../platform/i18n/errors";
import { href } from "../../platform/route";
import { Button, IconButton } from "../../ui/button";
import { Chip } from "../../ui/chip";
import { Empty, Skeleton } from "../../ui/empty";
import { Failed } from "../../ui/failed";
import { idle, lazy } from "../../ui/lazy";
import { TopBar } from "../../ui/top-bar";
import { keepFresh } from "./keep-fresh";
import { home } from "./messages";
import { type News, ProjectNews } from "./news";
import "./home.css";

/** Behind the projects, which are what people come for. */
const ProjectTrash = lazy(() => idle().then(() => import("./trash").then((m) => m.ProjectTrash)), null);

/** All projects of the user. */
export function Home({ user }: { user: User }) {
	const news = useMemo(() => new ProjectNews(user), [user.id]);
	useEffect(keepFresh, []);
	useEffect(() => news.start(), [news]);
	const create = () => perform("project.create");
	const active = projects.value;
	const archived = allProjects.value?.filter((project) => project.archived_at !== null) ?? [];
	const problem = projectsProblem.value;
	const isAllowed = policy.value?.create_projects !== false;
	return (
		<>
			<TopBar title={home.title} />
			<main id="content" class="home" tabIndex={-1}>
				{!active && (problem ? <Failed text={explain(problem)} retry={loadProjects} /> : <Skeleton />)}
				{active?.length === 0 && (
					<Empty
						icon={LayoutGrid}
						title={home.noProjects}
						action={
							isAllowed && (
								<div class="home-begin">
									<Button tone="primary" icon={Plus} onClick={create}>
										{home.createProject}
									</Button>
									<ImportLink />
								</div>
							)
						}
					>
						{isAllowed ? home.noProjectsHint : home.projectsRestricted}
					</Empty>
				)}
				{active && active.length > 0 && (
					<>
						{isAllowed && (
							<div class="home-bar">
								<Button tone="primary" icon={Plus} onClick={create}>
									{home.newProject}
								</Button>
								<ImportLink />
							</div>
						)}
						<Cards projects={active} news={news.all.value} />
					</>
				)}
				{archived.length > 0 && (
					<section>
						<h2 class="home-title">{home.archived}</h2>
						<Cards projects={archived} />
					</section>
				)}
				{active && <ProjectTrash />}
			</main>
		</>
	);
}

function ImportLink() {
	return (
		<a class="button button-plain" href="/import">
			<FileUp size={16} aria-hidden="true" />
			{home.import}
		</a>
	);
}

interface CardsProps {
	projects: readonly ProjectSummary[];
	news?: ReadonlyMap<string, News>;
}

function Cards({ projects, news }: CardsProps) {
	// The order of the others stays: sorting keeps it.
	const ordered = projects.toSorted((a, b) => Number(isPinned(b)) - Number(isPinned(a)));
	return (
		<ul class="home-cards">
			{ordered.map((project) => (
				<Card key={project.id} project={project} news={news?.get(project.id)} />
			))}
		</ul>
	);
}

interface CardProps {
	project: ProjectSummary;
	news: News | undefined;
}

function Card({ project, news }: CardProps) {
	const isTop = isPinned(project);
	const board = href({ name: "project", key: addressOf(project), view: "board" });
	return (
		<li class="home-item">
			<a class="home-card" href={board}>
				<span class="home-card-head">
					<span class="home-card-key">{project.key}</span>
					<Chip>{memberWords.role(project.role)}</Chip>
				</span>
				<strong dir="auto">{project.name}</strong>
				<Progress done={project.done_count} all={project.task_count} />
				<span class="home-card-foot soft">
					<span>{home.progress(project.done_count, project.task_count)}</span>
					<span>{home.people(project.member_count)}</span>
				</span>
			</a>
			{news && (
				<a class="home-news" href={`${board}?at=${news.since}&to=now`}>
					{home.news(news.count, news.isMore, news.names)}
				</a>
			)}
			{project.task_count > 0 && project.archived_at === null && <SmallPlots project={project} />}
			<IconButton
				class="home-pin"
				icon={Pin}
				label={(isTop ? home.unpin : home.pin)(project.name)}
				data-pinned={isTop || undefined}
				onClick={() => void setPinned(project, !isTop)}
			/>
		</li>
	);
}

function Progress({ done, all }: { done: number; all: number }) {
	const ref = useRef<HTMLSpanElement>(null);
	const share = all === 0 ? 0 : (done / all) * 100;
	useLayoutEffect(() => ref.current?.style.setProperty("--share", `${share}%`), [share]);
	return <span ref={ref} class="home-progress" aria-hidden="true" />;
}
