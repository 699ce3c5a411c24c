import type { User } from "boardcast";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { findProject } from "../../live/projects";
import { loadInstance } from "../../live/session";
import { query } from "../../platform/router";
import { setTitle } from "../../platform/title";
import { toast } from "../../platform/toasts";
import { useActions } from "../../platform/use-actions";
import { TopBar } from "../../ui/top-bar";
import { DropZone } from "./drop-zone";
import { Earlier } from "./earlier";
import { importing as words } from "./messages";
import { ImportModel, isGoing } from "./model";
import { Now } from "./now";
import { useFiles } from "./use-files";
import "../../ui/rows.css";
import "./import.css";

/** Brings along what is in another program. The address keeps which import is shown, so that a reload goes on with it. */
export function Import({ user }: { user: User }) {
	const model = useMemo(() => new ImportModel(), []);
	const id = query.value.get("id");
	const page = useRef<HTMLElement>(null);
	const chooser = useRef<HTMLInputElement>(null);
	useEffect(() => setTitle(words.title), []);
	useEffect(() => void loadInstance(), []);
	// The list of projects may come later than this screen.
	const into = findProject(query.value.get("project") ?? "")?.id;
	useEffect(() => {
		if (into) model.putInto(into);
	}, [model, into]);
	useEffect(() => model.follow(id), [model, id]);
	useEffect(() => () => leave(model), [model]);
	const over = useFiles(page, (file) => void model.take(file));
	const shown = model.shown.value;
	useActions(() => [
		{
			id: "import.choose",
			label: () => words.choose,
			group: () => words.group,
			run: () => chooser.current?.click(),
		},
		{
			id: "import.cancel",
			label: () => words.cancelImport,
			group: () => words.group,
			enabled: () => model.sending.peek() !== undefined || isGoing(model.shown.peek()),
			run: () => model.cancel(),
		},
	]);
	return (
		<>
			<TopBar title={words.title} />
			<main id="content" class="page import" tabIndex={-1} ref={page}>
				<input
					ref={chooser}
					type="file"
					hidden
					aria-label={words.choose}
					accept=".json,.csv,.tsv,.txt,.zip"
					onChange={(event) => {
						const [file] = event.currentTarget.files ?? [];
						if (file) void model.take(file);
						event.currentTarget.value = "";
					}}
				/>
				<Now
					model={model}
					user={user}
					id={id}
					zone={<DropZone over={over} onChoose={() => chooser.current?.click()} />}
				/>
				<Earlier shown={shown?.id} state={shown?.state} />
			</main>
		</>
	);
}

/** What is on its way needs the page; what the server has goes on without it. */
function leave(model: ImportModel): void {
	if (model.sending.peek()?.dryRun === false) toast({ text: words.stopped });
	model.stop();
}
