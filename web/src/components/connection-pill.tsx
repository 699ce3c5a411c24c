import { useEffect, useState } from "preact/hooks";
import { shell } from "../lib/messages/shell";
import { waitingCount } from "../lib/store/operations";
import { connection, retryNow } from "../lib/stream";
import "./connection-pill.css";

/** Whether what is on the screen is what others see. */
export function ConnectionPill() {
	const now = connection.value;
	const seconds = useCountdown(now.state === "reconnecting" ? now.at : 0);
	const state = (left: number) =>
		({
			live: shell.live,
			connecting: shell.connecting,
			reconnecting: shell.reconnecting(left),
			offline: shell.offline,
			held_back: shell.heldBack,
		})[now.state];
	const words = shell.waiting(state(seconds), waitingCount.value);
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
			{/* Only the state is spoken; a countdown every second would talk over everything. */}
			<span class="quiet" role="status">
				{shell.waiting(state(0), waitingCount.value)}
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
