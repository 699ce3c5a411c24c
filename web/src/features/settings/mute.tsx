import type { Problem } from "boardcast";
import { Bell, BellOff } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import { setMuted } from "../../domain/watching/commands";
import { api, body } from "../../platform/api";
import { explain } from "../../platform/i18n/errors";
import { toast } from "../../platform/toasts";
import { useActions } from "../../platform/use-actions";
import { Button } from "../../ui/button";
import { settings } from "./messages";

/** For each member: whether the project may tell of what is not meant for them. */
export function Mute({ project }: { project: string }) {
	const [muted, setShown] = useState<boolean | undefined>(undefined);
	useEffect(() => {
		let isOver = false;
		body(api.GET("/projects/{project}/mute", { params: { path: { project } } })).then(
			(answer) => !isOver && setShown(answer.muted),
			() => undefined,
		);
		return () => {
			isOver = true;
		};
	}, [project]);
	const toggle = async () => {
		if (muted === undefined) return;
		setShown(!muted);
		try {
			setShown(await setMuted(project, !muted));
		} catch (error) {
			setShown(muted);
			toast({ tone: "danger", text: settings.couldNotMute, detail: explain(error as Problem) });
		}
	};
	const label = muted ? settings.unmute : settings.mute;
	useActions(() => [
		{
			id: "project.mute",
			label: () => label,
			group: () => settings.group,
			enabled: () => muted !== undefined,
			run: () => void toggle(),
		},
	]);
	if (muted === undefined) return null;
	return (
		<section class="section" aria-labelledby="mute-title">
			<h2 id="mute-title">{settings.notifications}</h2>
			<div class="rows">
				<div class="row">
					<div class="row-words">
						<h3>{muted ? settings.mutedTitle : settings.muteTitle}</h3>
						<p class="row-note">{settings.muteHint}</p>
					</div>
					<Button icon={muted ? Bell : BellOff} onClick={() => void toggle()}>
						{label}
					</Button>
				</div>
			</div>
		</section>
	);
}
