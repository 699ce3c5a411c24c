import type { Attachment } from "boardcast";
import { base } from "../../platform/api";

const of = (project: string, id: string) => `${base}/projects/${project}/attachments/${id}`;

export function contentOf(project: string, { id }: Pick<Attachment, "id">): string {
	return `${of(project, id)}/content`;
}

export function downloadOf(project: string, { id }: Pick<Attachment, "id">): string {
	return `${of(project, id)}/content?download=true`;
}

function thumbnailOf(project: string, id: string, size: "small" | "large"): string {
	return `${of(project, id)}/thumbnail?size=${size}`;
}

/** Whether the server can show it: it has measured it then. */
export function isImage(attachment: Pick<Attachment, "width">): boolean {
	return attachment.width != null;
}

/** Of an AVIF the server makes no smaller picture: the browser gets the whole file, up to this size in bytes. */
const mostWhole = 5 * 1024 * 1024;

/** Whether the browser can show it, small or whole. */
export function isShown(file: Pick<Attachment, "media_type" | "size" | "width">): boolean {
	return isImage(file) || (file.media_type === "image/avif" && file.size <= mostWhole);
}

/** The picture of it for a list. */
export function pictureOf(project: string, file: Attachment): string {
	return isImage(file) ? thumbnailOf(project, file.id, "small") : contentOf(project, file);
}

/** How a text of the same project shows it. */
export function markdownOf({ id, name }: Pick<Attachment, "id" | "name">): string {
	return `![${name.replace(/[\\[\]]/g, "\\$&")}](attachment:${id})`;
}
