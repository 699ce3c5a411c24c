import { X } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { live } from "../../live/messages";
import { connection, streamStats } from "../../live/stream";
import { Button, IconButton } from "../../ui/button";
import { clock, forget, type Line, lag, lags, lines, quantile, watch } from "./frame-log";
import { debug } from "./messages";
import "./debug.css";

/**
 * The stream, shown over the page: its frames, how late they are, and the state of the connection. It takes no focus and
 * announces nothing, because it changes all the time.
 */
export function Debug({ onClose }: { onClose: () => void }) {
	useEffect(watch, []);
	useTick(1000);
	return (
		<section class="debug" aria-label={debug.title}>
			<header class="debug-head">
				<h2>{debug.title}</h2>
				<Button tone="ghost" onClick={forget} disabled={lines.value.length === 0}>
					{debug.clear}
				</Button>
				<IconButton icon={X} label={debug.hide} onClick={onClose} />
			</header>
			<Facts />
			<Lines />
		</section>
	);
}

function Facts() {
	const { leading, cursor, hellos, resets } = streamStats();
	const { state } = connection.value;
	const known = lags(lines.value);
	const [middle, most] = [quantile(known, 0.5), quantile(known, 0.99)];
	const ahead = clock.ahead;
	return (
		<dl class="debug-facts">
			<Fact name={debug.connection}>
				<span class="debug-state" data-state={state}>
					{state === "reconnecting"
						? live.reconnecting(0)
						: {
								live: live.live,
								connecting: live.connecting,
								offline: live.offline,
								held_back: live.heldBack,
							}[state]}
				</span>
			</Fact>
			<Fact name={debug.tab} hint={debug.tabHint}>
				{leading ? debug.leads : debug.follows}
			</Fact>
			<Fact name={debug.reconnects}>{Math.max(0, hellos - 1)}</Fact>
			<Fact name={debug.resets}>{resets}</Fact>
			<Fact name={debug.lag} hint={debug.lagHint}>
				{middle === undefined || most === undefined ? debug.unknown : debug.lags(middle, most)}
			</Fact>
			<Fact name={debug.clock} hint={debug.clockHint}>
				{ahead ? debug.ahead(ahead.by, ahead.within) : debug.asking}
			</Fact>
			<Fact name={debug.cursor} wide>
				<code class="truncate" title={cursor}>
					{cursor ?? debug.none}
				</code>
			</Fact>
		</dl>
	);
}

function Fact({
	name,
	hint,
	wide,
	children,
}: {
	name: string;
	hint?: string;
	wide?: boolean;
	children: ComponentChildren;
}) {
	return (
		<div class="debug-fact" data-wide={wide || undefined} title={hint}>
			<dt>{name}</dt>
			<dd>{children}</dd>
		</div>
	);
}

function Lines() {
	if (lines.value.length === 0) return <p class="debug-none soft">{debug.nothing}</p>;
	return (
		// biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
		<section class="debug-scroll" aria-label={debug.list} tabIndex={0}>
			<table class="debug-lines">
				<thead>
					<tr>
						<th scope="col">{debug.columns.at}</th>
						<th scope="col" class="debug-number">
							{debug.columns.lag}
						</th>
						<th scope="col">{debug.columns.project}</th>
						<th scope="col" class="debug-number">
							{debug.columns.seq}
						</th>
						<th scope="col">{debug.columns.type}</th>
					</tr>
				</thead>
				<tbody>
					{lines.value.map((line) => (
						<Row key={line.number} line={line} />
					))}
				</tbody>
			</table>
		</section>
	);
}

function Row({ line }: { line: Line }) {
	const late = lag(line);
	return (
		<tr data-event={line.seq !== undefined || undefined} title={line.id}>
			<td>{time(line.at)}</td>
			<td class="debug-number">{late === undefined ? "" : debug.ms(late)}</td>
			<td>{line.project}</td>
			<td class="debug-number">{line.seq}</td>
			<td>
				{line.type}
				{line.actor && <span class="soft"> {line.actor}</span>}
			</td>
		</tr>
	);
}

/** `14:05:09.123`, in the viewer's zone. */
function time(at: number): string {
	const date = new Date(at);
	const two = (part: number) => String(part).padStart(2, "0");
	const ms = String(date.getMilliseconds()).padStart(3, "0");
	return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${ms}`;
}

function useTick(every: number): void {
	const [, draw] = useState(0);
	useEffect(() => {
		const timer = setInterval(() => draw((turn) => turn + 1), every);
		return () => clearInterval(timer);
	}, [every]);
}
