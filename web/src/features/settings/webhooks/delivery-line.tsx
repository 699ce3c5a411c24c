import type { Delivery } from "boardcast";
import { Check, X } from "lucide-preact";
import { Button } from "../../../ui/button";
import { RelativeTime } from "../../../ui/relative-time";
import { webhooks as words } from "./messages";

/** One attempt to send something, and what came back. */
export function DeliveryLine({ delivery, onAgain }: { delivery: Delivery; onAgain: (seq: number) => void }) {
	const { seq, type, status, error, excerpt, attempt } = delivery;
	const Icon = error === null ? Check : X;
	return (
		<li class="row webhook-delivery">
			<span class={error === null ? "row-icon" : "row-icon webhook-bad"}>
				<Icon size={16} aria-hidden="true" />
				<span class="visually-hidden">{error === null ? words.arrived : words.failed}</span>
			</span>
			<div class="row-words">
				<p class="row-title">
					{seq === null ? (type === "ping" ? words.test : type) : words.event(type, seq)}
				</p>
				<p class="row-note">
					<RelativeTime at={delivery.at} />
					{status === null ? ` · ${words.unanswered}` : error === null && ` · ${words.answered(status)}`}
					{` · ${words.took(delivery.latency_ms)}`}
					{attempt > 1 && ` · ${words.attempt(attempt)}`}
				</p>
				{error !== null && (
					<p class="row-note webhook-bad" dir="auto">
						{error}
						{excerpt && `: ${excerpt}`}
					</p>
				)}
			</div>
			{seq !== null && (
				<Button tone="ghost" aria-label={words.againFrom(seq)} onClick={() => onAgain(seq)}>
					{words.again}
				</Button>
			)}
		</li>
	);
}
