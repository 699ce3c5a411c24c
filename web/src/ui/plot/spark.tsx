import "./spark.css";

interface Props {
	/** What it shows, in a sentence. */
	label: string;
	/** Below each other: the first is drawn first. All have as many values. */
	lines: readonly { ink: string; values: readonly number[]; filled?: boolean }[];
}

const width = 100;
const height = 32;

/** A small line without axes: the course of something, beside its number. */
export function Spark({ label, lines }: Props) {
	const high = Math.max(...lines.flatMap(({ values }) => values), 0) || 1;
	return (
		<svg
			class="spark"
			viewBox={`0 0 ${width} ${height}`}
			preserveAspectRatio="none"
			role="img"
			aria-label={label}
		>
			{lines.map(({ ink, values, filled }) => {
				const path = pathOf(values, high);
				return (
					<g key={ink} style={{ "--spark": `var(--${ink})` }}>
						{filled && <path class="spark-ground" d={`${path} V${height} H0 Z`} />}
						<path class="spark-line" d={path} />
					</g>
				);
			})}
		</svg>
	);
}

/** From the left edge to the right one; the highest value reaches the top. */
export function pathOf(values: readonly number[], high: number): string {
	const last = Math.max(1, values.length - 1);
	const all = values.length === 1 ? [values[0] ?? 0, values[0] ?? 0] : values;
	const y = (value: number) => round(height - 1 - (value / high) * (height - 2));
	return all.map((value, at) => `${at === 0 ? "M" : "L"}${round((at / last) * width)} ${y(value)}`).join(" ");
}

const round = (value: number) => Math.round(value * 100) / 100;
