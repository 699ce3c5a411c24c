import { FolderX } from "lucide-preact";
import { dismissLostProject, type LostProject as Lost } from "../live/lost-projects";
import { common } from "../platform/i18n/common";
import { Button } from "../ui/button";
import { later } from "./later";
import "./lost-project.css";

const words = { removed: later.left, deleted: later.deleted, unknown: later.lost };

export function LostProject({ lostProject }: { lostProject: Lost }) {
	return (
		<div class="lost-project">
			<FolderX size={18} aria-hidden="true" />
			<p>
				<strong>{words[lostProject.reason](lostProject.name)}</strong>{" "}
				{lostProject.unsent > 0 && `${later.unsent(lostProject.unsent)} `}
				{lostProject.reason !== "deleted" && <span class="lost-project-hint">{later.leftHint}</span>}
			</p>
			<Button tone="ghost" onClick={() => dismissLostProject(lostProject.id)}>
				{common.dismiss}
			</Button>
		</div>
	);
}
