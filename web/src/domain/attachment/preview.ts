import type { Attachment } from "boardcast";
import { fetchFile } from "../../platform/download";
import { contentOf, isShown } from "./addresses";

/** So much of a text is shown. */
export const shownBytes = 64 * 1024;

const text = /^text\/|^application\/((.+\+)?(json|xml)|x-sh|x-sql|sql|toml|yaml|x-yaml|javascript|x-ndjson)$/;

/**
 * How the page shows a file; undefined for what is only downloaded. A PDF is: in a sandboxed frame Chromium shows none, and without
 * one the page shows no document that a person has uploaded.
 */
export function previewOf(
	file: Pick<Attachment, "media_type" | "size" | "width">,
): "image" | "text" | "audio" | undefined {
	if (isShown(file)) return "image";
	if (text.test(file.media_type)) return "text";
	return file.media_type.startsWith("audio/") ? "audio" : undefined;
}

export async function readText(project: string, file: Attachment, signal: AbortSignal): Promise<string> {
	// An empty content has no range.
	if (file.size === 0) return "";
	return decoded(await fetchFile(contentOf(project, file), signal, shownBytes), file.size > shownBytes);
}

/** The server names no type that a browser would run; as sound it is what the page names it, and nothing else. */
export async function readSound(project: string, file: Attachment, signal: AbortSignal): Promise<Blob> {
	return new Blob([await fetchFile(contentOf(project, file), signal)], { type: file.media_type });
}

/** A character that is cut in two at the end is left out. */
export function decoded(bytes: ArrayBuffer, isCut: boolean): string {
	const [a, b] = new Uint8Array(bytes);
	const code = a === 0xff && b === 0xfe ? "utf-16le" : a === 0xfe && b === 0xff ? "utf-16be" : "utf-8";
	return new TextDecoder(code).decode(bytes, { stream: isCut });
}
