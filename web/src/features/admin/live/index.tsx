import type { Metrics } from "boardcast";
import { useEffect, useMemo } from "preact/hooks";
import { common } from "../../../platform/i18n/common";
import { exactTime } from "../../../platform/i18n/dates";
import { explain } from "../../../platform/i18n/errors";
import { locale } from "../../../platform/i18n/language";
import { Button } from "../../../ui/button";
import { Skeleton } from "../../../ui/empty";
import { Failed } from "../../../ui/failed";
import { Numbers } from "../../../ui/numbers";
import { Spark } from "../../../ui/plot/spark";
import { admin } from "../messages";
import { live as words } from "./messages";
import { LiveMetrics } from "./metrics";
import { type Tile, tiles } from "./tiles";
import "./live.css";

/** How the server is doing now, and did in the last ten minutes. */
export function Live() {
	const metrics = useMemo(() => new LiveMetrics(), []);
	useEffect(() => metrics.start(), [metrics]);
	const samples = metrics.samples.value;
	const state = metrics.state.value;
	const last = samples.at(-1);
	return (
		<main id="content" class="page live" tabIndex={-1}>
			<header class="live-head">
				<h2>{words.title}</h2>
				<p class="soft">{last ? words.where(last.node, last.nodes) : words.hint}</p>
			</header>
			<div role="status" class="live-broken" data-broken={state.state === "broken" || undefined}>
				{state.state === "broken" && (
					<>
						<p>{words.broken(exactTime(new Date(state.since).toISOString()))}</p>
						<Button onClick={() => void metrics.retry()}>{common.retry}</Button>
					</>
				)}
			</div>
			{state.state === "refused" && <Failed text={explain(state.problem)} retry={() => metrics.retry()} />}
			{!last && state.state === "connecting" && <Skeleton lines={4} />}
			{last && (
				<>
					<ul class="live-tiles" aria-label={admin.live}>
						{tiles.map((tile) => (
							<One key={tile.name} tile={tile} samples={samples} last={last} />
						))}
					</ul>
					<Samples samples={samples} />
				</>
			)}
		</main>
	);
}

function One({ tile, samples, last }: { tile: Tile; samples: readonly Metrics[]; last: Metrics }) {
	const values = samples.map(tile.value);
	const now = tile.value(last);
	const known = values.filter((value) => value !== null);
	const high = Math.max(0, ...known);
	return (
		<li class="live-tile" data-trouble={tile.isTrouble?.(last) || undefined}>
			<p class="live-name">{tile.label}</p>
			<p class="live-value">
				{now === null ? (tile.none ?? words.unknown) : tile.say(now)}
				{tile.more && <span class="soft"> {tile.more(last)}</span>}
			</p>
			{known.length > 1 && (
				<Spark
					label={words.course(tile.label, tile.say(Math.min(...known)), tile.say(high))}
					lines={[{ ink: tile.ink, values: values.map((value) => value ?? 0), filled: true }]}
				/>
			)}
		</li>
	);
}

const clock = new Intl.DateTimeFormat(locale, { timeStyle: "medium" });
/** So many samples are listed, the newest first. */
const listed = 24;

function Samples({ samples }: { samples: readonly Metrics[] }) {
	const rows = () =>
		samples
			.slice(-listed)
			.reverse()
			.map((sample) => (
				<tr key={sample.at}>
					<th scope="row">{clock.format(new Date(sample.at))}</th>
					{tiles.map(({ name, value, say, none = words.unknown }) => {
						const now = value(sample);
						return <td key={name}>{now === null ? none : say(now)}</td>;
					})}
				</tr>
			));
	const heads = [words.time, ...tiles.map(({ label }) => label)];
	return <Numbers summary={words.table} label={words.tableOf} heads={heads} rows={rows} class="live-table" />;
}
