import { useEffect, useState } from "preact/hooks";
import { live as liveWords } from "../live/messages";
import { gate } from "../live/store/operations";
import { connection, retryNow } from "../live/stream";
import { shell } from "./messages";
import "./connection-pill.css";

/** Shows whether the page is live, and how many edits wait to be sent. */
export function ConnectionPill() {
	const now = connection.value;
	const seconds = useCountdown(now.state === "reconnecting" ? now.at : 0);
	const state = (left: number) =>
		({
			live: liveWords.live,
			connecting: liveWords.connecting,
			reconnecting: liveWords.reconnecting(left),
			offline: liveWords.offline,
			held_back: liveWords.heldBack,
		})[now.state];
	const words = shell.waiting(state(seconds), gate.waiting.value);
	const hint = {
		live: shell.liveHint,
		connecting: undefined,
		reconnecting: shell.offlineHint,
		offline: shell.offlineHint,
		held_back: shell.heldBackHint,
	}[now.state];
	const troubled = now.state === "reconnecting" || now.state === "offline";
	return (
		<span class="pill" data-state={now.state} title={hint}>
			<span class="pill-dot" aria-hidden="true" />
			<span class="pill-words" aria-hidden="true">
				{words}
			</span>
			{/* Screen readers get the state without the countdown, which would be spoken every second. */}
			<span class="visually-hidden" role="status">
				{shell.waiting(state(0), gate.waiting.value)}
			</span>
			{troubled && (
				<button type="button" class="pill-retry" onClick={retryNow}>
					{shell.retryNow}
				</button>
			)}
		</span>
	);
}

function useCountdown(at: number): number {
	const left = () => Math.max(0, Math.ceil((at - Date.now()) / 1000));
	const [seconds, setSeconds] = useState(left);
	useEffect(() => {
		setSeconds(left());
		if (at === 0) return undefined;
		const timer = setInterval(() => setSeconds(left()), 500);
		return () => clearInterval(timer);
	}, [at]);
	return seconds;
}
