// SVG text does not wrap and is not cut off, so the page measures whether a title fits before it draws it.
let canvas: CanvasRenderingContext2D | null | undefined;
const known = new Map<string, number>();

/** Width of a bar's title in pixels. */
export function widthOf(text: string): number {
	const before = known.get(text);
	if (before !== undefined) return before;
	canvas ??= document.createElement("canvas").getContext("2d");
	if (!canvas) return text.length * 6.5;
	canvas.font = `500 12px ${getComputedStyle(document.body).fontFamily}`;
	const width = canvas.measureText(text).width;
	if (known.size > 5000) known.clear();
	known.set(text, width);
	return width;
}

export const pad = 8;
export const face = 18;
const overlap = 5;

interface Layout {
	title: "inside" | "beside";
	faces: "inside" | "beside";
	/** The width of all faces, 0 without any. */
	facesWidth: number;
}

/** What is drawn on the bar and what beside it. Faces go onto the bar first, because they are short. */
export function layout(barWidth: number, titleWidth: number, count: number): Layout {
	const facesWidth = count === 0 ? 0 : face + (count - 1) * (face - overlap);
	const room = barWidth - 2 * pad;
	if (titleWidth + (facesWidth ? facesWidth + pad : 0) <= room)
		return { title: "inside", faces: "inside", facesWidth };
	const faces = facesWidth > 0 && barWidth >= facesWidth + 10 ? "inside" : "beside";
	return { title: "beside", faces, facesWidth };
}

export const faceStep = face - overlap;
