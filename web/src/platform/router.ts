import { computed, signal } from "@preact/signals";
import { href, parse, type Route } from "./route";
import { asksBefore } from "./unsaved";

const address = signal(new URL(globalThis.location?.href ?? "http://localhost/"));

/** The page that the address names. */
export const route = computed(() => parse(address.value.pathname));
/** The query of the address: filters are kept here. */
export const query = computed(() => address.value.searchParams);
/** The part after `#`, which browsers do not send to the server: the secret of an invitation or setup link. */
export const fragment = computed(() => address.value.hash.slice(1));

interface How {
	replace?: boolean;
	/** Goes on although something typed is lost: there is no way to stay. */
	sure?: boolean;
}

export function go(to: Route | string, how: How = {}): void {
	const target = new URL(typeof to === "string" ? to : href(to), address.peek());
	// An address that comes from outside (`?next=`) must not lead to another site.
	if (target.origin !== address.peek().origin) return;
	if ("navigation" in window) {
		const history = how.replace ? "replace" : "auto";
		settle(window.navigation.navigate(target.href, { history, info: how }));
		return;
	}
	if (!how.replace && !how.sure && losesText(target) && asksBefore(() => go(target.href))) return;
	history[how.replace ? "replaceState" : "pushState"](null, "", target);
	address.value = target;
}

/** Change the query without a new history entry; null removes a parameter. */
export function setQuery(changes: Record<string, string | null>): void {
	const target = new URL(address.peek());
	for (const [name, value] of Object.entries(changes)) {
		if (value === null) target.searchParams.delete(name);
		else target.searchParams.set(name, value);
	}
	go(target.href, { replace: true });
}

export function startRouter(): void {
	address.value = new URL(location.href);
	if ("navigation" in window) window.navigation.addEventListener("navigate", intercept);
	else fallBack();
}

function intercept(event: NavigateEvent): void {
	const target = new URL(event.destination.url);
	// A reload is one: the page asks for it when the server has a newer one.
	const isReload = event.navigationType === "reload";
	const ours = event.canIntercept && !isReload && !event.downloadRequest && !event.formData && isPage(target);
	if (!ours) return;
	const isAsked =
		event.cancelable && event.navigationType !== "replace" && !(event.info as How | undefined)?.sure;
	if (isAsked && losesText(target) && asksBefore(() => again(event))) {
		event.preventDefault();
		return;
	}
	event.intercept({
		// Views restore their own scroll position, and dialogs their own focus.
		scroll: "manual",
		focusReset: "manual",
		handler: async () => {
			address.value = target;
		},
	});
}

/** A navigation that is prevented, or overtaken by the next one, is no error. */
function settle({ committed, finished }: NavigationResult): void {
	for (const end of [committed, finished]) end?.catch(() => {});
}

/** Filters and parts of a page change its address too. */
const losesText = (target: URL) => target.pathname !== location.pathname;

function again({ navigationType, destination }: NavigateEvent): void {
	if (navigationType === "traverse") settle(window.navigation.traverseTo(destination.key));
	else go(destination.url);
}

function fallBack(): void {
	addEventListener("popstate", () => {
		address.value = new URL(location.href);
	});
	document.addEventListener("click", (event) => {
		const link = (event.target as Element).closest?.("a");
		const other = event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
		if (!link || other || event.defaultPrevented || link.target || link.hasAttribute("download")) return;
		const target = new URL(link.href);
		if (!isPage(target)) return;
		event.preventDefault();
		go(target.href);
	});
}

function isPage(target: URL): boolean {
	return target.origin === location.origin && !/^\/(api|docs)\//.test(target.pathname);
}
