// The icons of the installed page, drawn as it is built: the logo of `public/favicon.svg` in the sizes that systems ask for.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import type { Plugin } from "vite";

type Colour = readonly [red: number, green: number, blue: number, alpha: number];
/** A rectangle with round corners, on the grid of 24 by 24 that the logo is drawn on. */
interface Box {
	x: number;
	y: number;
	width: number;
	height: number;
	radius: number;
	colour: Colour;
}

const green: Colour = [0x0b, 0x72, 0x61, 255];
const white: Colour = [255, 255, 255, 255];
const grid = 24;

const column = (x: number, y: number, height: number): Box => ({
	x,
	y,
	width: 3.5,
	height,
	radius: 1.2,
	colour: white,
});
const columns = [column(5, 12, 7), column(10.25, 8.5, 10.5), column(15.5, 5, 14)];
const ground = (radius: number): Box => ({ x: 0, y: 0, width: grid, height: grid, radius, colour: green });

/** Smaller, around the middle: some systems cut an icon to a circle. */
const shrunk = (boxes: readonly Box[], by: number): Box[] =>
	boxes.map(({ x, y, width, height, radius, colour }) => ({
		x: grid / 2 + (x - grid / 2) * by,
		y: grid / 2 + (y - grid / 2) * by,
		width: width * by,
		height: height * by,
		radius: radius * by,
		colour,
	}));

const drawings: readonly { name: string; size: number; boxes: readonly Box[] }[] = [
	{ name: "icon-192.png", size: 192, boxes: [ground(6), ...columns] },
	{ name: "icon-512.png", size: 512, boxes: [ground(6), ...columns] },
	// What is cut off or rounded by the system reaches to the edges.
	{ name: "maskable-512.png", size: 512, boxes: [ground(0), ...shrunk(columns, 0.8)] },
	{ name: "apple-180.png", size: 180, boxes: [ground(0), ...shrunk(columns, 0.9)] },
	// Beside the name of a notification, in one colour of the system's choice.
	{ name: "badge-96.png", size: 96, boxes: shrunk(columns, 1.5) },
];

/** How many points of a pixel are looked at, in each direction. */
const samples = 4;

function isInside({ x, y, width, height, radius }: Box, px: number, py: number): boolean {
	const [dx, dy] = [
		Math.max(x + radius - px, px - (x + width - radius), 0),
		Math.max(y + radius - py, py - (y + height - radius), 0),
	];
	const within = px >= x && px <= x + width && py >= y && py <= y + height;
	return within && dx * dx + dy * dy <= radius * radius + 1e-9;
}

/** The pixels as PNG has them: a line is a filter, 0 for none, and four bytes a pixel. */
function draw(boxes: readonly Box[], size: number): Uint8Array {
	const lines = new Uint8Array(size * (1 + 4 * size));
	for (let row = 0; row < size; row += 1) {
		for (let at = 0; at < size; at += 1) {
			const sum = [0, 0, 0, 0];
			for (let sample = 0; sample < samples * samples; sample += 1) {
				const px = ((at + ((sample % samples) + 0.5) / samples) * grid) / size;
				const py = ((row + (Math.floor(sample / samples) + 0.5) / samples) * grid) / size;
				const colour = boxes.findLast((box) => isInside(box, px, py))?.colour;
				if (!colour) continue;
				for (let channel = 0; channel < 3; channel += 1)
					sum[channel] = (sum[channel] ?? 0) + (colour[channel] ?? 0);
				sum[3] = (sum[3] ?? 0) + 1;
			}
			const covered = sum[3] ?? 0;
			const pixel = sum.map((value, channel) =>
				channel === 3 ? (value * 255) / (samples * samples) : covered && value / covered,
			);
			lines.set(pixel.map(Math.round), row * (1 + 4 * size) + 1 + 4 * at);
		}
	}
	return lines;
}

const checks = Array.from({ length: 256 }, (_, byte) => {
	let check = byte;
	for (let bit = 0; bit < 8; bit += 1) check = check & 1 ? (check >>> 1) ^ 0xedb88320 : check >>> 1;
	return check;
});

/** A part of a PNG file: its length, its name, its content, and their CRC-32. */
function chunk(name: string, content: Uint8Array): Buffer {
	const named = Buffer.concat([Buffer.from(name, "latin1"), content]);
	let check = 0xffffffff;
	for (const byte of named) check = (checks[(check ^ byte) & 255] ?? 0) ^ (check >>> 8);
	const [before, after] = [Buffer.alloc(4), Buffer.alloc(4)];
	before.writeUInt32BE(content.length);
	after.writeUInt32BE((check ^ 0xffffffff) >>> 0);
	return Buffer.concat([before, named, after]);
}

function png(boxes: readonly Box[], size: number): Buffer {
	const head = Buffer.alloc(13);
	head.writeUInt32BE(size, 0);
	head.writeUInt32BE(size, 4);
	// Eight bits a channel, in four channels.
	head.set([8, 6], 8);
	const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
	const content = deflateSync(draw(boxes, size), { level: 9 });
	return Buffer.concat([
		signature,
		chunk("IHDR", head),
		chunk("IDAT", content),
		chunk("IEND", new Uint8Array()),
	]);
}

export const appIcons: Plugin = {
	name: "app-icons",
	apply: "build",
	writeBundle({ dir = "dist" }) {
		mkdirSync(join(dir, "icons"), { recursive: true });
		for (const { name, size, boxes } of drawings) writeFileSync(join(dir, "icons", name), png(boxes, size));
	},
};
