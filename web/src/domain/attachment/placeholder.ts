import { uploads } from "./uploads";

const any = /!\[[^\]]*\]\(uploading:([\w-]+)\)\n?/g;

/** What stands in a text for a file that is on its way. */
export function placeholder(name: string, upload: string): string {
	return `![${name.replace(/[\\[\]]/g, "")} …](uploading:${upload})`;
}

/** Whether a file of the text is still on its way. Subscribes to it. */
export function isUploading(text: string): boolean {
	const coming = new Set(uploads.value.filter((one) => !one.final).map(({ id }) => id));
	return [...text.matchAll(any)].some(([, id = ""]) => coming.has(id));
}

/** The text without those that will not come: the page was loaded again meanwhile, for example. */
export function withoutLost(text: string): string {
	return text.includes("(uploading:") ? text.replace(any, "").trim() : text;
}
