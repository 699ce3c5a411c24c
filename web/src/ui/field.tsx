import type { ComponentChildren, InputHTMLAttributes } from "preact";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { common } from "../platform/i18n/common";
import { excess, isAddress } from "../platform/text";
import { cx } from "./cx";
import { Select, type SelectProps } from "./select";
import "./field.css";

interface Around {
	label: string;
	hint?: string | undefined;
	error?: string | undefined;
	/** Only screen readers get the label. */
	bare?: boolean;
}

type Described = { id: string; "aria-invalid": true | undefined; "aria-describedby": string | undefined };

/** Label, note and error around a control. */
export function Frame({
	label,
	hint,
	error,
	bare,
	children,
}: Around & { children: (props: Described) => ComponentChildren }) {
	const id = useId();
	const note = error ?? hint;
	return (
		<div class={cx("field", error && "field-wrong")}>
			<label for={id} class={cx("field-label", bare && "visually-hidden")}>
				{label}
			</label>
			{children({
				id,
				"aria-invalid": error ? true : undefined,
				"aria-describedby": note ? `${id}-note` : undefined,
			})}
			{note && (
				<p id={`${id}-note`} class={error ? "field-error" : "field-hint"}>
					{note}
				</p>
			)}
		</div>
	);
}

type Text = Omit<
	InputHTMLAttributes<HTMLInputElement>,
	"label" | "onInput" | "role" | "minLength" | "maxLength"
> &
	Around & {
		onText?: (text: string) => void;
		/** In characters, as the next one. */
		minLength?: number;
		/** The browser would cut a pasted text there without a word: here it says what is too long. */
		maxLength?: number;
	};

export function TextField({ label, hint, error, bare, onText, minLength, maxLength, ...rest }: Text) {
	const { value } = rest;
	const text = typeof value === "string" ? value : "";
	const lack = lackOf(text, rest.required === true, minLength, rest.type);
	const checked = useCheck(text, maxLength, lack);
	useLayoutEffect(() => {
		// The browser itself does not at an address with a `#`, as those of invitations and of the setup have.
		if (rest.autofocus && document.activeElement === document.body) checked.ref.current?.focus();
	}, []);
	return (
		<Frame label={label} hint={hint} error={checked.error ?? error} bare={bare}>
			{(described) => (
				<input
					class="input"
					type="text"
					dir={rest.type === undefined || rest.type === "search" ? "auto" : undefined}
					{...(rest as object)}
					{...described}
					ref={checked.ref}
					onInvalid={checked.onInvalid}
					onInput={(event) => onText?.(event.currentTarget.value)}
				/>
			)}
		</Frame>
	);
}

/** What a text lacks so that a form can be sent. A new password is taken as it is, blanks included. */
function lackOf(text: string, required: boolean, least = 0, type: unknown): string | undefined {
	if (required && (least > 0 ? text : text.trim()) === "") return common.missing;
	const length = [...text].length;
	if (text !== "" && length < least) return common.tooShort(least, least - length);
	if (text.trim() !== "" && type === "email" && !isAddress(text.trim())) return common.noAddress;
	return undefined;
}

/**
 * A form is not sent while one of its texts is too long, which is said at once, or lacks something, which is said when it is sent.
 */
export function useCheck(text: string, limit: number | undefined, lack?: string) {
	const element = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
	const [isTold, setTold] = useState(false);
	const over = limit === undefined ? 0 : excess(text, limit);
	const long = limit !== undefined && over > 0 ? common.tooLong(limit, over) : undefined;
	const wrong = long ?? lack;
	useLayoutEffect(() => {
		element.current?.setCustomValidity(wrong ?? "");
		if (!wrong) setTold(false);
	}, [wrong]);
	return { ref: element, error: long ?? (isTold ? lack : undefined), onInvalid: () => setTold(true) };
}

/** One of a few choices. */
export function SelectField({ label, hint, error, bare, ...rest }: SelectProps & Around) {
	return (
		<Frame label={label} hint={hint} error={error} bare={bare}>
			{(described) => <Select label={label} {...rest} {...described} />}
		</Frame>
	);
}

export function Checkbox({
	label,
	checked,
	onPick,
}: {
	label: string;
	checked: boolean;
	onPick: (checked: boolean) => void;
}) {
	return (
		<label class="checkbox">
			<input type="checkbox" checked={checked} onChange={(event) => onPick(event.currentTarget.checked)} />
			{label}
		</label>
	);
}
