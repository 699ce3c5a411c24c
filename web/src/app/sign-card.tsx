import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { Logo } from "../components/logo";
import { common } from "../lib/messages/common";
import { sign } from "../lib/messages/sign";
import { setTitle } from "../lib/title";
import "./sign-card.css";

/** The page of somebody who is not signed in yet. */
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
