import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import { theme } from "../../platform/theme";
import { inksOf } from "./inks";
import { dataOf, optionsOf } from "./options";
import type { Dot, Picture, Pointed } from "./picture";
import { Tip } from "./tip";
import "./plot.css";

interface Props {
	picture: Picture;
	/** What it shows, in a sentence. The table beneath says the rest. */
	label: string;
	/** In px. */
	height: number;
	onDot?: (dot: Dot) => void;
}

/** How far from a dot the pointer may be, in px. */
const reach = 20;

/** A picture on a canvas, in the colours of the theme; the pointer shows its values. */
export function Plot({ picture, label, height, onDot }: Props) {
	const box = useRef<HTMLDivElement>(null);
	const [width, setWidth] = useState(0);
	const [pointed, setPointed] = useState<Pointed | undefined>(undefined);
	const dark = useDark();
	useLayoutEffect(() => {
		const element = box.current;
		if (!element) return undefined;
		const measure = () => setWidth(Math.floor(element.clientWidth));
		measure();
		const observer = new ResizeObserver(measure);
		observer.observe(element);
		return () => observer.disconnect();
	}, []);
	useLayoutEffect(() => {
		const element = box.current;
		if (!element || width === 0) return undefined;
		const onMove = (plot: uPlot) => setPointed(pointedAt(plot, picture));
		const options = optionsOf(picture, { width, height, inks: inksOf(element), onMove });
		const plot = new uPlot(options, dataOf(picture), element);
		return () => {
			setPointed(undefined);
			plot.destroy();
		};
	}, [picture, width, height, dark]);
	const { dot } = pointed ?? {};
	return (
		<div class="plot" data-dot={dot?.href ? true : undefined}>
			{/* biome-ignore lint/a11y/useKeyWithClickEvents: the table beneath has the same links */}
			<div
				ref={box}
				class="plot-canvas"
				role="img"
				aria-label={label}
				style={{ blockSize: `${height}px` }}
				onClick={() => {
					if (dot) onDot?.(dot);
				}}
			/>
			{pointed && <Tip picture={picture} pointed={pointed} width={width} />}
		</div>
	);
}

function pointedAt(plot: uPlot, { dots, lying }: Picture): Pointed | undefined {
	const { left = -1, top = -1, idx } = plot.cursor;
	if (left < 0 || top < 0) return undefined;
	const corner = { left: left + plot.over.offsetLeft, top: top + plot.over.offsetTop };
	if (!dots) {
		const place = lying ? Math.round(plot.posToVal(top, "x")) : idx;
		return place === null || place === undefined ? undefined : { ...corner, place };
	}
	const far = (dot: Dot) =>
		Math.hypot(plot.valToPos(dot.at, "x") - left, plot.valToPos(dot.value, "y") - top);
	let nearest: Dot | undefined;
	for (const dot of dots) if (far(dot) < (nearest ? far(nearest) : reach)) nearest = dot;
	return nearest && { ...corner, dot: nearest };
}

/** Changes when the colours do. */
function useDark(): string {
	const [query] = useState(() => matchMedia("(prefers-color-scheme: dark)"));
	const [system, setSystem] = useState(query.matches);
	useEffect(() => {
		const follow = () => setSystem(query.matches);
		query.addEventListener("change", follow);
		return () => query.removeEventListener("change", follow);
	}, [query]);
	return `${theme.value} ${system}`;
}
