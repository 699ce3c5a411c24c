import { useEffect } from "preact/hooks";
import { lostProjects } from "../live/lost-projects";
import { findProject } from "../live/projects";
import { go, route } from "../platform/router";
import { LostProject } from "./screens";

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
			{gone.map((one) => (
				<LostProject key={one.id} lostProject={one} />
			))}
		</div>
	);
}
