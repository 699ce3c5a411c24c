import type { Attachment } from "boardcast";
import { afterEach, expect, test, vi } from "vitest";
import { decoded, previewOf, readSound, readText, shownBytes } from "./preview";

vi.mock("../../platform/api", () => ({ base: "/api/v1" }));

const file = (media_type: string, over: Partial<Attachment> = {}) =>
	({ id: "a", name: "a", media_type, size: 3, width: null, ...over }) as Attachment;
const never = new AbortController().signal;

afterEach(() => vi.unstubAllGlobals());

test.each([
	["image/png", 4, "image"],
	["text/plain", null, "text"],
	["text/html", null, "text"],
	["application/json", null, "text"],
	["application/ld+json", null, "text"],
	["audio/mpeg", null, "audio"],
	["image/avif", null, "image"],
	["image/svg+xml", null, undefined],
	["video/mp4", null, undefined],
	["application/pdf", null, undefined],
	["application/octet-stream", null, undefined],
])("a file of the type %s and the width %s is shown as %s", (media_type, width, shown) => {
	expect(previewOf({ media_type, size: 1000, width })).toBe(shown);
});

test("an image that the server makes no smaller one of is shown up to a size", () => {
	const avif = (size: number) => previewOf({ media_type: "image/avif", size, width: null });
	expect(avif(5 * 1024 * 1024)).toBe("image");
	expect(avif(5 * 1024 * 1024 + 1)).toBeUndefined();
	expect(previewOf({ media_type: "image/png", size: 20_000_000, width: 4 })).toBe("image");
});

test("of a text only the beginning is asked for, and of an empty one nothing", async () => {
	const asked = vi.fn((_: string, init: { headers: unknown }) => {
		expect(init.headers).toEqual({ Range: "bytes=0-65535" });
		return Promise.resolve(new Response("<b>é", { status: 206 }));
	});
	vi.stubGlobal("fetch", asked);
	expect(await readText("p", file("text/html", { size: 0 }), never)).toBe("");
	expect(asked).not.toHaveBeenCalled();
	expect(await readText("p", file("text/html", { size: shownBytes + 1 }), never)).toBe("<b>é");
	expect(asked.mock.calls[0]?.[0]).toBe("/api/v1/projects/p/attachments/a/content");
});

test("an answer without ranges is cut here", async () => {
	vi.stubGlobal("fetch", () => Promise.resolve(new Response("a".repeat(shownBytes + 9))));
	expect(await readText("p", file("text/plain", { size: shownBytes + 9 }), never)).toHaveLength(shownBytes);
});

test("a sound has the type that the page knows, and a refusal is told", async () => {
	vi.stubGlobal("fetch", () => Promise.resolve(new Response("abc")));
	const sound = await readSound("p", file("audio/ogg"), never);
	expect([sound.type, sound.size]).toEqual(["audio/ogg", 3]);
	vi.stubGlobal("fetch", () => Promise.resolve(Response.json({ code: "not_found" }, { status: 404 })));
	await expect(readSound("p", file("audio/ogg"), never)).rejects.toMatchObject({ status: 404 });
	vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no network")));
	await expect(readSound("p", file("audio/ogg"), never)).rejects.toMatchObject({ status: 0 });
});

test("a character that is cut in two is left out, and UTF-16 is read too", () => {
	const bytes = new TextEncoder().encode("aé").slice(0, 2).buffer;
	expect(decoded(bytes, true)).toBe("a");
	expect(decoded(bytes, false)).toBe("a\ufffd");
	expect(decoded(new Uint8Array([0xff, 0xfe, 0x61, 0]).buffer, false)).toBe("a");
});
