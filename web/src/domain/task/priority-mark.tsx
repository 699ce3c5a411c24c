import type { Priority } from "boardcast";
import { task as words } from "./messages";
import "./marks.css";

const bars: Record<Priority, number> = { none: 0, low: 1, medium: 2, high: 3, urgent: 3 };
const heights = [5, 8.5, 12];

/** Three bars, filled by priority. Urgent has a sign of its own, so that the shape differs and not only the colour. */
export function PriorityMark({ priority, decorative }: { priority: Priority; decorative?: boolean }) {
	return (
		<svg
			aria-hidden={decorative}
			role={decorative ? "none" : "img"}
			class="priority"
			data-priority={priority}
			width="16"
			height="16"
			viewBox="0 0 16 16"
		>
			<title>{words.priorityName(priority)}</title>
			{priority === "urgent" ? (
				<>
					<rect x="1" y="1" width="14" height="14" rx="3.5" class="priority-fill" />
					<path d="M8 4v5M8 11.4v.6" class="priority-sign" />
				</>
			) : (
				heights.map((height, index) => (
					<rect
						key={height}
						x={2 + index * 4.5}
						y={14 - height}
						width="3"
						height={height}
						rx="1"
						class={index < bars[priority] ? "priority-fill" : "priority-rest"}
					/>
				))
			)}
		</svg>
	);
}
