import type { Problem } from "boardcast";
import { ListTree, Pause, Play, SkipBack, SkipForward } from "lucide-preact";
import { namesOf } from "../../domain/activity/names";
import { spoken } from "../../domain/activity/spoken";
import type { ProjectStore } from "../../live/store/project";
import { exactTime } from "../../platform/i18n/dates";
import { explain } from "../../platform/i18n/errors";
import { query, setQuery } from "../../platform/router";
import { Button, IconButton } from "../../ui/button";
import { lazy } from "../../ui/lazy";
import { Segmented } from "../../ui/segmented";
import { backToNow } from "./leave";
import { past as words } from "./messages";
import { type Past, type Speed, speeds } from "./model";

const Since = lazy(() => import("./since").then((m) => m.Since), null);

interface Props {
	past: Past;
	live: ProjectStore;
	problem: Problem | null;
}

/** The way through the history: a slider over all events, steps, and the replay. */
export function Controls({ past, live, problem }: Props) {
	/** The moment that the shown one is compared with. */
	const to = query.value.get("to");
	const { value: first } = past.first;
	const { value: last } = past.last;
	const { value: playing } = past.playing;
	const seq = past.seq.value ?? last;
	const entry = past.entries.value.get(seq);
	const when = entry ? exactTime(entry.at) : words.place(seq, last);
	const what = useWhat(past, live, seq);
	// The log no longer says what happened there.
	const isBegin = first > 1 && seq === first && what === "";
	return (
		<section class="past-controls" aria-label={words.history}>
			<p class="past-what">
				<span class="past-place">{words.place(seq, last)}</span>{" "}
				<span class="past-happened" dir="auto">
					{problem ? explain(problem) : isBegin ? words.trimmed : what}
				</span>
			</p>
			<input
				class="past-slider"
				type="range"
				aria-label={words.moment}
				aria-valuetext={words.spoken(when, what)}
				min={first}
				max={last}
				step={1}
				value={seq}
				onInput={(event) => {
					past.pause();
					void past.seek(Number(event.currentTarget.value));
				}}
				onKeyDown={(event) => {
					if (event.key !== "Escape") return;
					event.preventDefault();
					backToNow();
				}}
			/>
			<div class="past-tools">
				<IconButton
					icon={SkipBack}
					label={words.before}
					disabled={seq <= first}
					onClick={() => past.step(-1)}
				/>
				<Button
					icon={playing ? Pause : Play}
					disabled={first >= last}
					onClick={() => (playing ? past.pause() : void past.play())}
				>
					{playing ? words.pause : words.play}
				</Button>
				<IconButton
					icon={SkipForward}
					label={words.next}
					disabled={seq >= last}
					onClick={() => past.step(1)}
				/>
				<Segmented<Speed>
					label={words.speed}
					value={past.speed.value}
					onPick={(speed) => {
						past.speed.value = speed;
					}}
					options={speeds.map((value) => ({ value, label: words.times(value) }))}
				/>
				<Button class="past-since" tone="ghost" icon={ListTree} onClick={() => setQuery({ to: "now" })}>
					{words.since}
				</Button>
			</div>
			{to !== null && past.seq.value !== undefined && (
				<Since past={past} live={live} to={to} onClose={() => setQuery({ to: null })} />
			)}
		</section>
	);
}

/** "Bob moved WEB-3 Paint from To do to Doing", by the names of then. */
function useWhat(past: Past, live: ProjectStore, seq: number): string {
	const entry = past.entries.value.get(seq);
	if (!entry) return "";
	return spoken(entry, namesOf(past.store), namesOf(live));
}
