import { FolderX } from "lucide-preact";
import { useEffect } from "preact/hooks";
import { dismissLostProject, type LostProject, lostProjects } from "../live/lost-projects";
import { findProject } from "../live/projects";
import { common } from "../platform/i18n/common";
import { go, route } from "../platform/router";
import { Button } from "../ui/button";
import { shell } from "./messages";
import "./lost-projects.css";

const words = { removed: shell.left, deleted: shell.deleted, unknown: shell.lost };

/** Says which projects the user has lost, and leaves the page of the one that was shown. */
export function LostProjects() {
	const gone = lostProjects.value;
	const now = route.value;
	const shown = now.name === "project" && !findProject(now.key) ? now.key.toLowerCase() : undefined;
	const stranded = gone.some(({ id, key }) => shown === id || shown === key.toLowerCase());
	useEffect(() => {
		if (stranded) go({ name: "home" }, { replace: true });
	}, [stranded]);
	return (
		<div class="lost-projects" role="status">
			{gone.map((lostProject) => (
				<Line key={lostProject.id} lostProject={lostProject} />
			))}
		</div>
	);
}

function Line({ lostProject }: { lostProject: LostProject }) {
	return (
		<div class="lost-project">
			<FolderX size={18} aria-hidden="true" />
			<p>
				<strong>{words[lostProject.reason](lostProject.name)}</strong>{" "}
				{lostProject.reason !== "deleted" && <span class="lost-project-hint">{shell.leftHint}</span>}
			</p>
			<Button tone="ghost" onClick={() => dismissLostProject(lostProject.id)}>
				{common.dismiss}
			</Button>
		</div>
	);
}
