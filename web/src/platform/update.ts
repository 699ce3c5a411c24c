// A tab that is older than the server: the parts that it would still have to download are gone.
import { signal } from "@preact/signals";
import { common } from "./i18n/common";
import { toast } from "./toasts";

/** The server has another page than this tab. */
export const updated = signal(false);

/** What was typed and what waits is kept in the browser, and is there again afterwards. */
export function reload(): void {
	location.reload();
}

/** After a part could not be loaded: look whether the server has a newer page, and offer to load it. */
export async function lookForUpdate(): Promise<void> {
	if (updated.peek()) return;
	try {
		const answer = await fetch("/", { cache: "no-store", headers: { Accept: "text/html" } });
		if (!answer.ok || !isOther(await answer.text())) return;
	} catch {
		// There is no server: the part is asked for again by hand.
		return;
	}
	updated.value = true;
	toast({ text: common.updated, link: { label: common.reload, href: location.href, follow: reload } });
}

/** Whether the page's script has another name there. Development has none. */
function isOther(html: string): boolean {
	const script = document.querySelector<HTMLScriptElement>('script[type="module"][src]')?.getAttribute("src");
	return script?.startsWith("/assets/") === true && !html.includes(script);
}

export function startUpdate(): void {
	// Vite tells of a script or a style sheet of a part that did not come.
	addEventListener("vite:preloadError", () => void lookForUpdate());
}
