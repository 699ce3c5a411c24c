import { expect, it } from "vitest";
import { FrameReader } from "./frames.ts";

const text =
	'retry: 2417\n\nevent: hello\ndata: {"a":1}\n\nid: 3f.2\nevent: checkpoint\r\ndata: {}\n\n: comment\n\ndata: x\ndata: y\n\n';
const frames = [
	{ event: "hello", data: '{"a":1}', id: undefined },
	{ event: "checkpoint", data: "{}", id: "3f.2" },
	{ event: "message", data: "x\ny", id: undefined },
];

it.each([1, 2, 7, 1000])("frames are the same in chunks of %i", (size) => {
	const reader = new FrameReader();
	const found = [];
	for (let at = 0; at < text.length; at += size) found.push(...reader.push(text.slice(at, at + size)));
	expect(found).toEqual(frames);
	expect(reader.retry).toBe(2417);
});
