import type { ComponentChild, ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Button } from "../components/button";
import { Skeleton } from "../components/empty";
import { common } from "../lib/messages/common";
import { shell } from "../lib/messages/shell";

/** Begins the download before the view is shown. */
interface Ahead {
	ahead: () => void;
}

/** A view that is downloaded when it is first shown, or ahead of that. */
export function lazy<P extends object>(
	load: () => Promise<ComponentType<P>>,
	meanwhile: ComponentChild = <Skeleton />,
): ComponentType<P> & Ahead {
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
				() => setFailed(true),
			);
		};
		const missing = loaded === undefined;
		useEffect(() => {
			if (!missing) return;
			// It may have come between the drawing and this moment.
			if (loaded) redraw((turn) => turn + 1);
			else fetchIt();
		}, []);
		if (loaded) {
			const Loaded = loaded;
			return <Loaded {...props} />;
		}
		if (!failed) return <>{meanwhile}</>;
		return (
			<p role="alert" class="page">
				{shell.couldNotLoad} <Button onClick={fetchIt}>{common.retry}</Button>
			</p>
		);
	}
	Lazy.ahead = () => {
		if (loaded) return;
		load().then(
			(component) => {
				loaded = component;
			},
			// Said, and tried again, where the view is shown.
			() => {},
		);
	};
	return Lazy;
}
