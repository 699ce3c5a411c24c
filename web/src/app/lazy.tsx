import type { ComponentChild, ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Button } from "../components/button";
import { Skeleton } from "../components/empty";
import { common } from "../lib/messages/common";
import { shell } from "../lib/messages/shell";

/** A view that is downloaded when it is first shown. */
export function lazy<P extends object>(
	load: () => Promise<ComponentType<P>>,
	meanwhile: ComponentChild = <Skeleton />,
): ComponentType<P> {
	let loaded: ComponentType<P> | undefined;
	return function Lazy(props: P) {
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
		useEffect(() => {
			if (!loaded) fetchIt();
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
	};
}
