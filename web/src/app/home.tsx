import { LayoutGrid, Plus } from "lucide-preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Button } from "../components/button";
import { Chip } from "../components/chip";
import { Empty, Skeleton } from "../components/empty";
import { TopBar } from "../components/top-bar";
import { perform } from "../lib/actions/registry";
import type { ProjectSummary, User } from "../lib/api/types";
import { common } from "../lib/messages/common";
import { explain } from "../lib/messages/errors";
import { shell } from "../lib/messages/shell";
import { href } from "../lib/route";
import { addressOf, allProjects, loadProjects, projects, projectsProblem } from "../lib/store/projects";
import { Failed } from "./project";
import "./home.css";

/** All my projects. */
export function Home({ onMenu }: { user: User; onMenu: () => void }) {
	const create = () => perform("project.create");
	const active = projects.value;
	const archived = allProjects.value?.filter((project) => project.archived_at !== null) ?? [];
	const problem = projectsProblem.value;
	return (
		<>
			<TopBar title={shell.allProjects} onMenu={onMenu} />
			<main id="content" class="home" tabIndex={-1}>
				{!active && (problem ? <Failed text={explain(problem)} retry={loadProjects} /> : <Skeleton />)}
				{active?.length === 0 && (
					<Empty
						icon={LayoutGrid}
						title={shell.noProjects}
						action={
							<Button tone="primary" icon={Plus} onClick={create}>
								{shell.createProject}
							</Button>
						}
					>
						{shell.noProjectsHint}
					</Empty>
				)}
				{active && active.length > 0 && (
					<>
						<div class="home-bar">
							<Button tone="primary" icon={Plus} onClick={create}>
								{shell.newProject}
							</Button>
						</div>
						<Cards projects={active} />
					</>
				)}
				{archived.length > 0 && (
					<section>
						<h2 class="home-title">{shell.archived}</h2>
						<Cards projects={archived} />
					</section>
				)}
			</main>
		</>
	);
}

function Cards({ projects }: { projects: readonly ProjectSummary[] }) {
	return (
		<ul class="home-cards">
			{projects.map((project) => (
				<li key={project.id}>
					<a class="home-card" href={href({ name: "project", key: addressOf(project), view: "board" })}>
						<span class="home-card-head">
							<span class="home-card-key">{project.key}</span>
							<Chip>{common.role(project.role)}</Chip>
						</span>
						<strong>{project.name}</strong>
						<Progress done={project.done_count} all={project.task_count} />
						<span class="home-card-foot soft">
							<span>{shell.progress(project.done_count, project.task_count)}</span>
							<span>{shell.people(project.member_count)}</span>
						</span>
					</a>
				</li>
			))}
		</ul>
	);
}

function Progress({ done, all }: { done: number; all: number }) {
	const ref = useRef<HTMLSpanElement>(null);
	const share = all === 0 ? 0 : (done / all) * 100;
	useLayoutEffect(() => ref.current?.style.setProperty("--share", `${share}%`), [share]);
	return <span ref={ref} class="home-progress" aria-hidden="true" />;
}
