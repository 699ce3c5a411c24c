import type { ListedTask, User } from "boardcast";
import { CircleCheck } from "lucide-preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { common } from "../../platform/i18n/common";
import { explain } from "../../platform/i18n/errors";
import { Button } from "../../ui/button";
import { Empty, Skeleton } from "../../ui/empty";
import { Failed } from "../../ui/failed";
import { TopBar } from "../../ui/top-bar";
import { stepRows, useWorkActions } from "./actions";
import { myWork } from "./messages";
import { MyWork as Model } from "./model";
import { Row } from "./row";
import { sectionNames } from "./sections";
import "./my-work.css";

const most = 50;

/** What one has to do in all projects, live. */
export function MyWork({ user }: { user: User }) {
	const model = useMemo(() => new Model(user), [user.id]);
	useEffect(() => model.start(), [model]);
	useWorkActions(model);
	return (
		<>
			<TopBar title={myWork.title} />
			<main id="content" class="page my-work" tabIndex={-1}>
				<Sections model={model} />
			</main>
		</>
	);
}

function Sections({ model }: { model: Model }) {
	const sections = model.sections.value;
	const problem = model.problem.value;
	if (!sections) {
		return problem ? <Failed text={explain(problem)} retry={() => model.read()} /> : <Skeleton lines={6} />;
	}
	const isIdle = sectionNames.every((name) => name === "recent" || sections[name].length === 0);
	return (
		// biome-ignore lint/a11y/noStaticElementInteractions: the arrows go from link to link, and each link is a link without them
		<div onKeyDown={stepRows}>
			{problem && (
				<p class="paged-list-problem" role="alert">
					{myWork.stale} <Button onClick={() => void model.read()}>{common.retry}</Button>
				</p>
			)}
			{isIdle && (
				<Empty
					icon={CircleCheck}
					title={myWork.none}
					action={
						<a class="link" href="/">
							{myWork.toProjects}
						</a>
					}
				>
					{myWork.noneHint}
				</Empty>
			)}
			{sectionNames.map((name) => (
				<Section key={name} name={name} tasks={sections[name]} model={model} />
			))}
		</div>
	);
}

interface SectionProps {
	name: (typeof sectionNames)[number];
	tasks: readonly ListedTask[];
	model: Model;
}

function Section({ name, tasks, model }: SectionProps) {
	const [count, setCount] = useState(most);
	if (tasks.length === 0) return null;
	const title = myWork.groups[name];
	return (
		<section class="my-work-section" data-section={name}>
			<h2>
				{title} <span class="my-work-count">{tasks.length}</span>
			</h2>
			{name === "waiting" && <p class="row-note">{myWork.waitingHint}</p>}
			<ul class="rows" aria-label={title}>
				{tasks.slice(0, count).map((task) => (
					<Row key={task.id} task={task} model={model} isOthers={name === "waiting"} />
				))}
			</ul>
			{tasks.length > count && <Button onClick={() => setCount(count + most)}>{common.more}</Button>}
		</section>
	);
}
