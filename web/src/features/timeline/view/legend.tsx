import { timeline } from "../messages";
import type { Plan } from "../model";
import { settings } from "../settings";

/** What the lines mean; only those that are drawn. */
export function Legend({ plan }: { plan: Plan }) {
	const broken = plan.hasBroken.value;
	const isConnected = plan.slack.value.size > 0;
	return (
		<ul class="tl-legend">
			{settings.critical.value && isConnected && (
				<li>
					<svg width={20} height={12} aria-hidden="true">
						<rect class="tl-legend-critical" x={1.5} y={1.5} width={17} height={9} rx={3} />
					</svg>
					{timeline.legend.critical}
				</li>
			)}
			{settings.slack.value && isConnected && (
				<li>
					<svg width={20} height={12} aria-hidden="true">
						<path class="tl-slack" d="M1 6h17m0 -3v6" />
					</svg>
					{timeline.legend.slack}
				</li>
			)}
			{broken && (
				<li class="tl-legend-broken">
					<svg width={20} height={12} aria-hidden="true" class="tl-broken">
						<path class="tl-arrow-line" d="M1 6H14" />
						<path class="tl-arrow-head" d="M19 6L13 3V9Z" />
					</svg>
					{timeline.legend.broken}
				</li>
			)}
		</ul>
	);
}
