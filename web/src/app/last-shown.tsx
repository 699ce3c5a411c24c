import { CloudOff } from "lucide-preact";
import { useEffect } from "preact/hooks";
import { shownAsOf } from "../live/last/state";
import { findProject } from "../live/projects";
import { now as clock } from "../platform/clock";
import { timeOrDay } from "../platform/i18n/time";
import { route } from "../platform/router";
import { lookForUpdate } from "../platform/update";
import { later } from "./later";
import "./last-shown.css";

/** Says since when what is shown may be old: the page was opened without the server. */
export function LastShown() {
	// The server may have a newer page by the time that it can be reached.
	useEffect(() => () => void lookForUpdate(), []);
	const now = route.value;
	const project = now.name === "project" ? findProject(now.key)?.id : undefined;
	const known = shownAsOf.value;
	const at = known.get(project ?? "") ?? known.get("");
	if (at === undefined) return null;
	return (
		<p class="last-shown" role="status">
			<CloudOff size={16} aria-hidden="true" />
			<strong>{later.offlineAsOf(timeOrDay(at, clock.value))}</strong>
			<span class="last-shown-hint">{later.offlineHint}</span>
		</p>
	);
}
