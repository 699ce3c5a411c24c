import type { ComponentChild, ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { common } from "../platform/i18n/common";
import { lookForUpdate, reload, updated } from "../platform/update";
import { Button } from "./button";
import { Skeleton } from "./empty";

/** `preload` begins the download before the screen is shown. */
interface Preloadable {
	preload: () => void;
}

/**
 * A screen that is downloaded when it is first shown, or preloaded. `meanwhile` is rendered until it has come; as a function it
 * stays when the download fails, as a person may read or type in it, and finds a place for the `failure`.
 */
export function lazy<P extends object>(
	load: () => Promise<ComponentType<P>>,
	meanwhile: ComponentChild | ((props: P, failure: ComponentChild) => ComponentChild) = <Skeleton />,
): ComponentType<P> & Preloadable {
	let loaded: ComponentType<P> | undefined;
	function Lazy(props: P) {
		const [, redraw] = useState(0);
		const [failed, setFailed] = useState(false);
		const fetchIt = () => {
			setFailed(false);
			load().then(
				(component) => {
					loaded = component;
					redraw((turn) => turn + 1);
				},
				() => {
					setFailed(true);
					void lookForUpdate();
				},
			);
		};
		const missing = loaded === undefined;
		useEffect(() => {
			if (!missing) return;
			// It may have loaded between the rendering and this effect.
			if (loaded) redraw((turn) => turn + 1);
			else fetchIt();
		}, []);
		if (loaded) {
			const Loaded = loaded;
			return <Loaded {...props} />;
		}
		const isFilled = typeof meanwhile === "function";
		const failure = failed && (
			<p role="alert" class={isFilled ? undefined : "page"}>
				{updated.value ? common.updated : common.couldNotLoad}{" "}
				{updated.value ? (
					<Button tone="primary" onClick={reload}>
						{common.reload}
					</Button>
				) : (
					<Button onClick={fetchIt}>{common.retry}</Button>
				)}
			</p>
		);
		return <>{isFilled ? meanwhile(props, failure) : failure || meanwhile}</>;
	}
	Lazy.preload = () => {
		if (loaded) return;
		load().then(
			(component) => {
				loaded = component;
			},
			// The component itself shows the failure and tries again.
			() => {},
		);
	};
	return Lazy;
}

/** How long the first screen is waited for, in ms. */
const patience = 10_000;
const waiting: (() => void)[] = [];
let isShown = false;

/** Do it once the first screen is shown and the page has nothing better to do: nothing competes with what is waited for. */
export function whenIdle(act: () => void): void {
	if (isShown) {
		soon(act);
		return;
	}
	if (waiting.length === 0) setTimeout(firstScreenIsShown, patience);
	waiting.push(act);
}

/** For a `lazy` part that is in sight from the beginning, and must not compete with the first screen. */
export const idle = () => new Promise<void>(whenIdle);

export function firstScreenIsShown(): void {
	isShown = true;
	for (const act of waiting.splice(0)) soon(act);
}

function soon(act: () => void): void {
	// Safari has no idle callbacks.
	if ("requestIdleCallback" in globalThis) requestIdleCallback(act, { timeout: 4000 });
	else setTimeout(act, 1000);
}
