import type { BrowserContext, Page } from "@playwright/test";

declare global {
	interface Window {
		/** What is in the document, or in elements like this, and should not be. */
		inspect: (within?: string) => string[];
	}
}

/** Sees a browser being hurt: what ran, what was asked of other sites, and what a text left in a document. */
export class Watch {
	readonly harm: string[] = [];

	/** Before its first page. */
	static async over(browser: BrowserContext, origin: string): Promise<Watch> {
		const watch = new Watch();
		const note = (text: string) => {
			watch.harm.push(text);
		};
		browser.on("request", (request) => {
			const url = new URL(request.url());
			if (url.origin !== origin && url.protocol !== "data:") note(`asked for ${request.url()}`);
		});
		browser.on("dialog", (dialog) => {
			// The page asks before a text is lost; nothing else of it opens one.
			if (dialog.type() !== "beforeunload") note(`${dialog.type()} ${dialog.message()}`);
			void dialog.accept();
		});
		browser.on("console", (message) => {
			if (message.text().includes("__ran")) note(`said ${message.text()}`);
		});
		browser.on("page", (page) => {
			page.on("popup", (popup) => note(`opened ${popup.url()}`));
			page.on("download", (download) => note(`downloaded ${download.url()}`));
			page.on("frameattached", () => note("a frame"));
		});
		await browser.exposeBinding("harmed", (_, text: string) => note(text));
		await browser.addInitScript(install);
		return watch;
	}

	/** What is wrong by now, with what is in this page's document. */
	async look(page: Page): Promise<string[]> {
		const found = await page.evaluate(() => window.inspect());
		// What ran a moment ago has said so when the page answers again.
		return [...this.harm, ...found];
	}
}

/** Runs in each document before anything else does. */
function install(): void {
	const report = (window as unknown as { harmed: (text: string) => void }).harmed;
	// A name that a text cannot take: an element of that name would be found in its place.
	Object.defineProperty(window, "__ran", { set: () => report("ran") });
	document.addEventListener("securitypolicyviolation", (event) =>
		report(`against the policy: ${event.effectiveDirective} ${event.blockedURI} ${event.sample}`),
	);
	const never =
		"iframe, frame, frameset, object, embed, applet, portal, base, math, template, video, audio, marquee";
	const tags = new Set(
		"p br hr h1 h2 h3 h4 h5 h6 strong em del code pre blockquote ul ol li table thead tbody tr th td a img input span sup div".split(
			" ",
		),
	);
	const attributes = new Set(
		"href title rel target src alt loading type checked disabled start align class dir tabindex role aria-label data-box data-mention data-own".split(
			" ",
		),
	);
	const own = (address: string) => new URL(address, location.href).origin === location.origin;
	const wrong = (element: Element): string | undefined => {
		const names = element.getAttributeNames();
		if (names.some((name) => name.startsWith("on"))) return "a handler";
		if (element.matches(never)) return "an element that the page has none of";
		if (element instanceof HTMLScriptElement && !own(element.src || "x:")) return "a script";
		if (element instanceof HTMLLinkElement && !own(element.href)) return "a file of another site";
		if (element instanceof HTMLMetaElement && element.httpEquiv) return "a header of its own";
		if (element instanceof HTMLAnchorElement && element.href && !/^(https?:|mailto:)/.test(element.href))
			return "a link to no page";
		if (element instanceof HTMLImageElement && !own(element.src)) return "an image of another site";
		if (!element.closest(".rendered, .prose") || element.matches(".rendered, .prose")) return undefined;
		if (!tags.has(element.localName) || element.namespaceURI !== "http://www.w3.org/1999/xhtml")
			return "an element that no text has";
		const strange = names.find((name) => !attributes.has(name));
		if (strange) return `the attribute ${strange}`;
		if (element instanceof HTMLInputElement && element.type !== "checkbox") return "a field";
		if (element instanceof HTMLImageElement && !element.src.startsWith(`${location.origin}/api/v1/projects/`))
			return "an image that is no attachment";
		return undefined;
	};
	const inspect = (within = "html") =>
		[...document.querySelectorAll(`${within}, ${within} *`)].flatMap((element) => {
			const why = wrong(element);
			return why ? [`${why}: ${element.outerHTML.slice(0, 200)}`] : [];
		});
	Object.defineProperty(window, "inspect", { value: inspect });
}
