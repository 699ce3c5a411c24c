import { useLayoutEffect, useRef } from "preact/hooks";
import type { Picture, Pointed } from "./picture";

interface Props {
	picture: Picture;
	pointed: Pointed;
	/** Of the plot, in px. */
	width: number;
}

/** What lies under the pointer, beside it. */
export function Tip({ picture, pointed: { left, top, place, dot }, width }: Props) {
	const ref = useRef<HTMLDivElement>(null);
	useLayoutEffect(() => {
		const tip = ref.current;
		if (!tip) return;
		const room = width - tip.offsetWidth;
		const beside = left + 14 > room ? left - tip.offsetWidth - 14 : left + 14;
		tip.style.translate = `${Math.max(0, Math.min(beside, room))}px ${Math.max(0, top - tip.offsetHeight - 8)}px`;
	});
	return (
		<div ref={ref} class="plot-tip" aria-hidden="true">
			{dot && (
				<>
					<strong dir="auto">{dot.title}</strong>
					<span>{dot.note}</span>
				</>
			)}
			{place !== undefined && (
				<>
					<strong dir="auto">{(picture.heads ?? picture.places)[place]}</strong>
					{picture.shapes.map(({ label, ink, values, told = values }) => (
						<span key={label} class="plot-tip-line">
							<Swatch ink={ink} />
							<span dir="auto">{label}</span>
							<b>{picture.say(told[place] ?? 0)}</b>
						</span>
					))}
				</>
			)}
		</div>
	);
}

function Swatch({ ink }: { ink: string }) {
	return <span class="plot-swatch" style={{ "--swatch": `var(--${ink})` }} aria-hidden="true" />;
}

/** Which colour is what. */
export function Legend({ shapes }: Pick<Picture, "shapes">) {
	return (
		<ul class="plot-legend">
			{shapes.map(({ label, ink }) => (
				<li key={label}>
					<Swatch ink={ink} />
					<span dir="auto">{label}</span>
				</li>
			))}
		</ul>
	);
}
