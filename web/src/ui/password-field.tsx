import { Eye, EyeOff } from "lucide-preact";
import type { ComponentProps } from "preact";
import { useState } from "preact/hooks";
import { common } from "../platform/i18n/common";
import { IconButton } from "./button";
import { TextField } from "./field";
import "./password-field.css";

/** A password, which a press shows: who sees it needs no second try. It is hidden again with each new field. */
export function PasswordField(props: Omit<ComponentProps<typeof TextField>, "type">) {
	const [isShown, setShown] = useState(false);
	return (
		<div class="password-field">
			<TextField
				{...props}
				type={isShown ? "text" : "password"}
				dir="ltr"
				spellcheck={false}
				autocapitalize="off"
			/>
			<IconButton
				icon={isShown ? EyeOff : Eye}
				label={common.showPassword}
				aria-pressed={isShown}
				onClick={() => setShown(!isShown)}
			/>
		</div>
	);
}
