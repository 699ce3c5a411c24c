import uPlot from "uplot";
import { type Inks, inksOf } from "./inks";
import { dataOf, optionsOf } from "./options";
import type { Picture } from "./picture";

/** Of the picture in the file, in CSS px, whatever the page has room for. */
const width = 960;
const height = 420;
const edge = 20;
const head = 36;
const foot = 28;

/** The picture with its name above and the meaning of its colours below, in the colours that `host` has, as a file. */
export async function pngOf(
	picture: Picture,
	title: string,
	host: HTMLElement,
	tall = height,
): Promise<Blob | null> {
	const inks = inksOf(host);
	const drawn = await draw(picture, inks, Math.max(tall, picture.lying ? 0 : height));
	const ratio = uPlot.pxRatio;
	const from = drawn.ctx.canvas;
	const below = picture.shapes.length > 0 ? foot : 0;
	const canvas = document.createElement("canvas");
	canvas.width = from.width + 2 * edge * ratio;
	canvas.height = from.height + (head + below + 2 * edge) * ratio;
	const ctx = canvas.getContext("2d");
	if (!ctx) return null;
	ctx.fillStyle = inks.surface;
	ctx.fillRect(0, 0, canvas.width, canvas.height);
	ctx.drawImage(from, edge * ratio, (edge + head) * ratio);
	drawn.destroy();
	ctx.scale(ratio, ratio);
	ctx.textBaseline = "middle";
	ctx.fillStyle = inks.text;
	ctx.font = inks.font(600).replace("12px", "18px");
	ctx.fillText(title, edge, edge + head / 3);
	drawLegend(ctx, picture, inks, canvas.height / ratio - edge - below / 3);
	return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

function draw(picture: Picture, inks: Inks, tall: number): Promise<uPlot> {
	return new Promise((resolve) => {
		const options = optionsOf(picture, { width, height: tall, inks, onMove: () => {} });
		const hooks = { ...options.hooks, ready: [resolve] };
		new uPlot({ ...options, hooks }, dataOf(picture), document.createElement("div"));
	});
}

function drawLegend(ctx: CanvasRenderingContext2D, { shapes }: Picture, inks: Inks, line: number): void {
	ctx.font = inks.font();
	let left = edge;
	for (const { label, ink } of shapes) {
		ctx.fillStyle = inks.of(ink);
		ctx.fillRect(left, line - 5, 10, 10);
		ctx.fillStyle = inks.soft;
		ctx.fillText(label, left + 16, line);
		left += 16 + ctx.measureText(label).width + 18;
	}
}
