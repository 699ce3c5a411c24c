// A picture in the words of uPlot, which draws it.
import uPlot from "uplot";
import type { Inks } from "./inks";
import { type Level, most, named, type Picture, type Shape } from "./picture";

/** Room that the name of a place needs, in px. */
const nameRoom = 64;
const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000];

interface Around {
	width: number;
	height: number;
	inks: Inks;
	/** The pointer has moved, or is gone. */
	onMove: (plot: uPlot) => void;
}

export function dataOf({ places, shapes, dots }: Picture): uPlot.AlignedData {
	if (dots) {
		const sorted = dots.toSorted((a, b) => a.at - b.at);
		return [sorted.map(({ at }) => at), sorted.map(({ value }) => value)];
	}
	return [places.map((_, at) => at), ...shapes.map(({ values }) => [...values])];
}

export function optionsOf(picture: Picture, { width, height, inks, onMove }: Around): uPlot.Options {
	const { lying = false, dots, dotInk = "accent", levels = [] } = picture;
	const series: uPlot.Series[] = dots
		? [
				{
					paths: () => null,
					points: {
						show: true,
						size: 8,
						width: 1.5,
						stroke: inks.of(dotInk),
						fill: inks.of(dotInk, 0.35),
						space: 0,
					},
				},
			]
		: picture.shapes.map((shape) => seriesOf(shape, inks));
	const names = levels.map((level) => levelName(level, width));
	return {
		width,
		height,
		ms: 1,
		padding: [null, names.length > 0 ? 10 + widest(names, levelFont(inks)) : null, null, null],
		series: [{}, ...series],
		scales: {
			x: {
				time: false,
				range: () => rangeOf(picture),
				...(lying ? { ori: 1 as const, dir: -1 as const } : {}),
			},
			y: { range: () => [0, Math.max(1, most(picture) * 1.08)], ...(lying ? { ori: 0 as const } : {}) },
		},
		axes: [placesAxis(picture, inks), valuesAxis(lying, inks)],
		legend: { show: false },
		cursor: {
			drag: { x: false, y: false },
			x: !dots && !lying,
			y: false,
			points: dots || lying ? { show: false } : { size: 7, width: 2 },
		},
		hooks: {
			setCursor: [onMove],
			// Below the dots.
			drawAxes: [(plot) => drawLevels(plot, levels, inks)],
		},
	};
}

/** Bars and dots need room on both sides of a place; a line goes from edge to edge. */
function rangeOf({ places, shapes, dots }: Picture): uPlot.Range.MinMax {
	const hasRoom = dots !== undefined || places.length < 2 || shapes.some(({ kind }) => kind === "bars");
	return hasRoom ? [-0.5, places.length - 0.5] : [0, places.length - 1];
}

function seriesOf({ kind, ink, side = 0 }: Shape, inks: Inks): uPlot.Series {
	const colour = inks.of(ink);
	const bare = { points: { show: false }, stroke: colour };
	if (kind === "bars") {
		const bars = uPlot.paths.bars?.({ size: side === 0 ? [0.6, 36] : [0.36, 22], align: side, radius: 0.15 });
		return { ...bare, fill: colour, width: 0, ...(bars ? { paths: bars } : {}) };
	}
	if (kind === "marks") {
		return { stroke: colour, paths: () => null, points: { show: true, size: 7, fill: colour, space: 0 } };
	}
	if (kind === "layer") return { ...bare, fill: colour, width: 1, stroke: inks.surface };
	return { ...bare, width: 2, ...(kind === "area" ? { fill: inks.of(ink, 0.16) } : {}) };
}

function placesAxis({ places, lying = false }: Picture, inks: Inks): uPlot.Axis {
	return {
		side: lying ? 3 : 2,
		stroke: inks.soft,
		font: inks.font(),
		gap: lying ? 8 : 6,
		size: lying ? widthOf(places, inks) : 30,
		grid: { show: false },
		ticks: { show: !lying, stroke: inks.line, size: 4, width: 1 },
		border: { show: true, stroke: inks.line, width: 1 },
		splits: (plot) => {
			const { width, height } = plot.bbox;
			const room = (lying ? height : width) / uPlot.pxRatio;
			return named(places.length, Math.floor(room / (lying ? 18 : nameRoom)));
		},
		values: (_, splits) => splits.map((at) => cut(places[at] ?? "")),
	};
}

function valuesAxis(lying: boolean, inks: Inks): uPlot.Axis {
	return {
		side: lying ? 2 : 3,
		stroke: inks.soft,
		font: inks.font(),
		gap: 6,
		size: lying ? 28 : (_, values) => 16 + 7 * Math.max(1, ...(values ?? []).map((text) => text.length)),
		incrs: steps,
		space: lying ? 48 : 36,
		grid: { stroke: inks.line, width: 1 },
		ticks: { show: false },
		values: (_, splits) => splits.map((value) => uPlot.fmtNum(value)),
	};
}

const longest = 18;
const cut = (name: string) =>
	[...name].length > longest ? `${[...name].slice(0, longest - 1).join("")}…` : name;

const widthOf = (places: readonly string[], inks: Inks) => 16 + widest(places.map(cut), inks.font());

/** Of texts in a font, in px. */
function widest(texts: readonly string[], font: string): number {
	const canvas = document.createElement("canvas").getContext("2d");
	if (!canvas) return 80;
	canvas.font = font;
	return Math.ceil(Math.max(0, ...texts.map((text) => canvas.measureText(text).width)));
}

/** From this width on, names of levels are written out, in px. */
const roomy = 400;
/** Of the name of a level, in px. */
const levelSize = 11;
const levelFont = (inks: Inks, ratio = 1) => inks.font(500).replace("12px", `${levelSize * ratio}px`);
const levelName = ({ label, short }: Level, width: number) => (width < roomy ? short : label);

/** Dashed lines with their names, which stand behind them at the edge. */
function drawLevels(plot: uPlot, levels: readonly Level[], inks: Inks): void {
	const { ctx, bbox } = plot;
	const ratio = uPlot.pxRatio;
	const end = bbox.left + bbox.width;
	ctx.save();
	ctx.strokeStyle = inks.soft;
	ctx.fillStyle = inks.text;
	ctx.lineWidth = ratio;
	ctx.textAlign = "left";
	ctx.textBaseline = "middle";
	ctx.font = levelFont(inks, ratio);
	ctx.setLineDash([5 * ratio, 4 * ratio]);
	let below = Number.POSITIVE_INFINITY;
	for (const level of levels.toSorted((a, b) => a.value - b.value)) {
		const y = plot.valToPos(level.value, "y", true);
		ctx.beginPath();
		ctx.moveTo(bbox.left, y);
		ctx.lineTo(end, y);
		ctx.stroke();
		// Names of lines that are near each other move apart.
		below = Math.min(y, below - (levelSize + 2) * ratio);
		ctx.fillText(levelName(level, plot.width), end + 6 * ratio, below);
	}
	ctx.restore();
}
