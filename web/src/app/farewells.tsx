import { FolderX } from "lucide-preact";
import { useEffect } from "preact/hooks";
import { Button } from "../components/button";
import { common } from "../lib/messages/common";
import { shell } from "../lib/messages/shell";
import { go, route } from "../lib/router";
import { type Farewell, farewells, putAway } from "../lib/store/farewells";
import { findProject } from "../lib/store/projects";
import "./farewells.css";

const words = { removed: shell.left, deleted: shell.deleted, unknown: shell.lost };

/** Says which projects went out of reach, and leaves the view of the one that was shown. */
export function Farewells() {
	const gone = farewells.value;
	const now = route.value;
	const shown = now.name === "project" && !findProject(now.key) ? now.key.toLowerCase() : undefined;
	const stranded = gone.some(({ id, key }) => shown === id || shown === key.toLowerCase());
	useEffect(() => {
		if (stranded) go({ name: "home" }, { replace: true });
	}, [stranded]);
	return (
		<div class="farewells" role="status">
			{gone.map((farewell) => (
				<Line key={farewell.id} farewell={farewell} />
			))}
		</div>
	);
}

function Line({ farewell }: { farewell: Farewell }) {
	return (
		<div class="farewell">
			<FolderX size={18} aria-hidden="true" />
			<p>
				<strong>{words[farewell.reason](farewell.name)}</strong>{" "}
				{farewell.reason !== "deleted" && <span class="farewell-hint">{shell.leftHint}</span>}
			</p>
			<Button tone="ghost" onClick={() => putAway(farewell.id)}>
				{common.dismiss}
			</Button>
		</div>
	);
}
