import type { LucideIcon } from "lucide-preact";
import type { ButtonHTMLAttributes, ComponentChildren, Ref } from "preact";
import { cx } from "./cx";
import "./button.css";

type Props = Omit<ButtonHTMLAttributes<HTMLButtonElement>, "icon"> & {
	tone?: "plain" | "primary" | "ghost" | "danger";
	busy?: boolean;
	icon?: LucideIcon;
	children?: ComponentChildren;
	buttonRef?: Ref<HTMLButtonElement>;
};

export function Button({
	tone = "plain",
	busy,
	icon: Icon,
	children,
	buttonRef,
	class: name,
	...rest
}: Props) {
	return (
		<button
			type="button"
			{...rest}
			ref={buttonRef}
			class={cx("button", `button-${tone}`, name as string)}
			aria-busy={busy || undefined}
			disabled={busy || rest.disabled}
		>
			{Icon && <Icon size={16} aria-hidden="true" />}
			{children}
		</button>
	);
}

type IconProps = Omit<Props, "children" | "icon"> & { icon: LucideIcon; label: string };

/** A button that shows only an icon; `label` is its name and its tooltip. */
export function IconButton({
	icon: Icon,
	label,
	tone = "ghost",
	buttonRef,
	busy,
	class: name,
	...rest
}: IconProps) {
	return (
		<button
			type="button"
			title={label}
			{...rest}
			ref={buttonRef}
			aria-label={label}
			aria-busy={busy || undefined}
			class={cx("button", "icon-button", `button-${tone}`, name as string)}
		>
			<Icon size={16} aria-hidden="true" />
		</button>
	);
}
