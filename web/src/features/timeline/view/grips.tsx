import { hidden } from "./aria";
/** The handles of a bar: its ends, which resize it, and the knob from which a dependency is drawn. */
export function Grips({ width, height }: { width: number; height: number }) {
	// On a short bar the handles lie outside, so that its middle can still be dragged.
	const inside = width >= 28 ? 8 : 2;
	const outside = width >= 28 ? 2 : 5;
	return (
		<g {...hidden}>
			<rect data-grip="start" class="tl-grip" x={-outside} width={inside + outside} height={height} />
			<rect data-grip="end" class="tl-grip" x={width - inside} width={inside + outside} height={height} />
			<g data-grip="link" class="tl-knob" transform={`translate(${width + outside + 6} ${height / 2})`}>
				<circle r={9} class="tl-knob-room" />
				<circle r={4.5} class="tl-knob-dot" />
			</g>
		</g>
	);
}
