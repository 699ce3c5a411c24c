// Draws the icons of Lucide: `vite.config.ts` puts it in the place of the package's own code, which does far more and is larger
// than all the icons of a first screen.
import { h } from "preact";
import { cx } from "./cx";

interface Drawing {
	name: string;
	node: readonly (readonly [tag: string, attributes: Record<string, string>])[];
}
type Props = { size?: number | string; class?: string } & Record<string, unknown>;

export default function drawIcon({ name, node }: Drawing) {
	return ({ size = 24, class: given, ...rest }: Props) =>
		h(
			"svg",
			{
				width: size,
				height: size,
				viewBox: "0 0 24 24",
				fill: "none",
				stroke: "currentColor",
				"stroke-width": 2,
				"stroke-linecap": "round",
				"stroke-linejoin": "round",
				"aria-hidden": "aria-label" in rest ? undefined : "true",
				class: cx("lucide", `lucide-${name}`, given),
				...rest,
			},
			node.map(([tag, attributes]) => h(tag, attributes)),
		);
}
