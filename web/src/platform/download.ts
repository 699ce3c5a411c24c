import { Problem } from "boardcast";

/** The content of a file, or its first `upTo` bytes. A refusal is a `Problem`. */
export async function fetchFile(path: string, signal: AbortSignal, upTo?: number): Promise<ArrayBuffer> {
	const headers: Record<string, string> = upTo === undefined ? {} : { Range: `bytes=0-${upTo - 1}` };
	const response = await fetch(path, { headers, signal }).catch((error: unknown) => {
		throw signal.aborted ? error : Problem.offline();
	});
	if (!response.ok) throw await Problem.from(response);
	const bytes = await response.arrayBuffer();
	// Something between the server and us may know no ranges.
	return upTo === undefined ? bytes : bytes.slice(0, upTo);
}

/** Let the browser take a file to disk as it comes, under the name that the server gives it. */
export function download(path: string): void {
	const link = document.createElement("a");
	link.href = path;
	link.download = "";
	link.click();
}

/** Puts a file into the person's downloads. */
export function save(file: Blob, name: string): void {
	const link = document.createElement("a");
	link.href = URL.createObjectURL(file);
	link.download = name;
	link.click();
	// The browser has taken it by then.
	setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
