import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { common } from "../../platform/i18n/common";
import { setTitle } from "../../platform/title";
import { Logo } from "../../ui/logo";
import { sign } from "./messages";
import "./sign-card.css";

/** The layout of the pages that are shown before signing in. */
export function SignCard({
	title,
	intro,
	children,
	below,
}: {
	title: string;
	intro?: string;
	children?: ComponentChildren;
	below?: ComponentChildren;
}) {
	useEffect(() => {
		setTitle(title);
	}, [title]);
	return (
		<main class="sign">
			<div class="sign-brand">
				<Logo size={40} />
				<p class="sign-name">{common.product}</p>
				<p class="soft">{sign.tagline}</p>
			</div>
			<section class="sign-card">
				<h1>{title}</h1>
				{intro && <p class="soft">{intro}</p>}
				{children}
			</section>
			{below && <p class="sign-below soft">{below}</p>}
		</main>
	);
}
