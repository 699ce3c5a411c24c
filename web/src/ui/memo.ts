import { Component, type ComponentChild, type ComponentType } from "preact";

/** Render again only when a property differs. `preact/compat` has the same function, but is large. */
export function memo<P extends object>(inner: (props: P) => ComponentChild): ComponentType<P> {
	return class extends Component<P> {
		override shouldComponentUpdate(next: P): boolean {
			return Object.keys(next).some((name) => next[name as keyof P] !== this.props[name as keyof P]);
		}
		render(props: P) {
			return inner(props);
		}
	} as unknown as ComponentType<P>;
}
