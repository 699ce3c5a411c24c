import type { Import, Problem, ProjectSummary } from "boardcast";
import { CircleAlert, CircleCheck, CircleX, Trash2, Undo2 } from "lucide-preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { undoImport } from "../../domain/import/commands";
import { DeleteQuestion } from "../../domain/project/delete-question";
import { deleting } from "../../domain/project/deleting";
import { nameOf } from "../../domain/task/names";
import { undoing } from "../../domain/undo/messages";
import { addressOf, allProjects, openProject } from "../../live/projects";
import { explain, sentence } from "../../platform/i18n/errors";
import { href } from "../../platform/route";
import { go } from "../../platform/router";
import { toast } from "../../platform/toasts";
import { useActions } from "../../platform/use-actions";
import { Button } from "../../ui/button";
import { importing as words } from "./messages";
import { LeftBehind, Notes, TakenTable } from "./report";

interface Props {
	one: Import;
	onAnother: () => void;
}

/** What became of an import that is over. */
export function Outcome({ one, onAnother }: Props) {
	const heading = useRef<HTMLHeadingElement>(null);
	// It is said by the heading, which gets the focus.
	useEffect(() => heading.current?.focus(), []);
	const { state, report, file_name: name } = one;
	const project = allProjects.value?.find(({ id }) => id === one.project_id);
	const Icon = state === "done" ? CircleCheck : state === "failed" ? CircleAlert : CircleX;
	const title =
		state === "done" ? words.done(name) : state === "failed" ? words.failed(name) : words.cancelled(name);
	return (
		<>
			<section class="import-panel" data-tone={state === "failed" ? "danger" : undefined}>
				<h2 ref={heading} tabIndex={-1} class="import-title">
					<Icon size={20} aria-hidden="true" />
					<span dir="auto">{title}</span>
				</h2>
				{state === "failed" && one.error && (
					<p class="import-reason" dir="auto">
						{sentence(one.error)}
					</p>
				)}
				{state !== "done" && <p class="soft">{words.failedHint}</p>}
				{state === "done" && (
					<p class="soft">{project ? words.doneWhere(project.name) : words.projectGone}</p>
				)}
				<div class="form-foot import-answers">
					{state === "done" && project && (
						<a
							class="button button-primary"
							href={href({ name: "project", key: addressOf(project), view: "board" })}
						>
							{words.open}
						</a>
					)}
					<Button onClick={onAnother}>{words.another}</Button>
					{state === "done" && project && <TakeBack one={one} project={project} />}
				</div>
			</section>
			{state === "done" && report && (
				<>
					<section class="section import-summary">
						<TakenTable report={report} caption={words.came} />
						{report.known_tasks > 0 && <p class="soft">{words.known(report.known_tasks)}</p>}
					</section>
					<LeftBehind report={report} />
					<Notes notes={report.notes} />
				</>
			)}
		</>
	);
}

/** What an import brought goes again: by one undo, or with the project that it made. */
function TakeBack({ one, project }: { one: Import; project: ProjectSummary }) {
	const [busy, setBusy] = useState(false);
	const [isUndone, setUndone] = useState(false);
	const [asking, setAsking] = useState(false);
	// Ids begin with the time of their creation: a project of its own is younger than its import.
	const isOwn = project.id > one.id;
	const mayDelete = isOwn && project.role === "owner";
	const changed = (one.report?.events ?? 0) > 0;
	const mayUndo = !isOwn && changed && !isUndone && (project.role === "owner" || project.role === "manager");
	const undo = async () => {
		setBusy(true);
		try {
			await undoImport(project.id, one);
			setUndone(true);
			toast({ text: words.undone, project: project.id });
		} catch (error) {
			const detail = whyNot(project.id, error as Problem);
			toast({ tone: "danger", text: words.couldNotUndo, detail, project: project.id });
		}
		setBusy(false);
	};
	useActions(() => [
		{
			id: "import.undo",
			label: () => words.undo,
			group: () => words.group,
			enabled: () => mayUndo && !busy,
			run: () => void undo(),
		},
	]);
	return (
		<>
			{isUndone && <p class="soft">{words.undone}</p>}
			{mayUndo && (
				<Button icon={Undo2} busy={busy} onClick={() => void undo()}>
					{words.undo}
				</Button>
			)}
			{mayDelete && (
				<Button tone="danger" icon={Trash2} onClick={() => setAsking(true)}>
					{deleting.title}
				</Button>
			)}
			{asking && (
				<DeleteQuestion
					project={project}
					onDeleted={() => {
						setAsking(false);
						go("/import", { replace: true });
					}}
					onClose={() => setAsking(false)}
				>
					<p>{words.deleteHint}</p>
				</DeleteQuestion>
			)}
		</>
	);
}

function whyNot(project: string, problem: Problem): string {
	const store = openProject(project);
	const touched = problem.touched.map(({ kind, id, fields }) => {
		const task = kind === "tasks" ? store.tables.tasks.peek(id) : undefined;
		return undoing.touched(task ? nameOf(store, task) : undoing.kind(kind), fields);
	});
	const said: Record<string, string> = {
		undo_conflict: undoing.conflict(touched),
		nothing_to_undo: undoing.nothing,
		not_undoable: undoing.notUndoable,
		run_too_long: words.undoTooLong,
	};
	return said[problem.code] ?? explain(problem);
}
