import { computed, signal } from "@preact/signals";
import { href, parse, type Route } from "./route";

const address = signal(new URL(globalThis.location?.href ?? "http://localhost/"));

/** The page that the address names. */
export const route = computed(() => parse(address.value.pathname));
/** The query of the address: filters are kept here. */
export const query = computed(() => address.value.searchParams);
/** The part after `#`, which browsers do not send to the server: the secret of an invitation or setup link. */
export const fragment = computed(() => address.value.hash.slice(1));

/** How a person goes on who leaves something typed, once they have said so. */
export const leaving = signal<(() => void) | undefined>(undefined);
let isHeld: ((event: NavigateEvent) => boolean) | undefined;

/** The fields that lose what is typed in them are not there from the beginning. */
export function holdWhen(held: (event: NavigateEvent) => boolean): void {
	isHeld = held;
}

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
	else void import("./no-navigation").then((m) => m.fallBack({ show, go, isPage }));
}

const show = (target: URL) => {
	address.value = target;
};

function intercept(event: NavigateEvent): void {
	const target = new URL(event.destination.url);
	// A reload is one: the page asks for it when the server has a newer one.
	const isReload = event.navigationType === "reload";
	const ours = event.canIntercept && !isReload && !event.downloadRequest && !event.formData && isPage(target);
	if (!ours) return;
	if (!(event.info as How | undefined)?.sure && isHeld?.(event)) {
		event.preventDefault();
		return;
	}
	event.intercept({
		// Views restore their own scroll position, and dialogs their own focus.
		scroll: "manual",
		focusReset: "manual",
		handler: async () => show(target),
	});
}

/** A navigation that is prevented, or overtaken by the next one, is no error. */
export function settle({ committed, finished }: NavigationResult): void {
	for (const end of [committed, finished]) end?.catch(() => {});
}

function isPage(target: URL): boolean {
	return target.origin === location.origin && !/^\/(api|docs)\//.test(target.pathname);
}
