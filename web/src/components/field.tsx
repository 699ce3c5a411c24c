import { X } from "lucide-preact";
import type { ComponentChildren, InputHTMLAttributes, SelectHTMLAttributes } from "preact";
import { useId } from "preact/hooks";
import { common } from "../lib/messages/common";
import { IconButton } from "./button";
import { cx } from "./cx";
import "./field.css";

interface Around {
	label: string;
	hint?: string | undefined;
	error?: string | undefined;
	/** The label is heard, not seen. */
	bare?: boolean;
}

type Described = { id: string; "aria-invalid": true | undefined; "aria-describedby": string | undefined };

function Frame({
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
			<label for={id} class={cx("field-label", bare && "quiet")}>
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

type Text = Omit<InputHTMLAttributes<HTMLInputElement>, "label" | "onInput" | "role"> &
	Around & { onText?: (text: string) => void };

export function TextField({ label, hint, error, bare, onText, ...rest }: Text) {
	return (
		<Frame label={label} hint={hint} error={error} bare={bare}>
			{(described) => (
				<input
					class="input"
					type="text"
					{...(rest as object)}
					{...described}
					onInput={(event) => onText?.(event.currentTarget.value)}
				/>
			)}
		</Frame>
	);
}

type Select = Omit<SelectHTMLAttributes<HTMLSelectElement>, "label" | "role"> &
	Around & {
		options: readonly { value: string; label: string }[];
		value: string;
		onPick: (value: string) => void;
	};

/** One of a few: the platform's own list, which phones and screen readers know best. */
export function SelectField({ label, hint, error, bare, options, value, onPick, ...rest }: Select) {
	return (
		<Frame label={label} hint={hint} error={error} bare={bare}>
			{(described) => (
				<select
					class="input select"
					{...rest}
					{...described}
					onChange={(event) => onPick(event.currentTarget.value)}
				>
					{options.map((option) => (
						<option key={option.value} value={option.value} selected={option.value === value}>
							{option.label}
						</option>
					))}
				</select>
			)}
		</Frame>
	);
}

type DateProps = Around & {
	value: string | null;
	onPick: (value: string | null) => void;
	min?: string;
	max?: string;
	disabled?: boolean;
};

/** A day or none. */
export function DateField({ label, hint, error, bare, value, onPick, ...rest }: DateProps) {
	return (
		<Frame label={label} hint={hint} error={error} bare={bare}>
			{(described) => (
				<div class="date">
					<input
						class="input"
						type="date"
						{...rest}
						{...described}
						value={value ?? ""}
						onChange={(event) => onPick(event.currentTarget.value || null)}
					/>
					{value && !rest.disabled && (
						<IconButton icon={X} label={common.clearDate} onClick={() => onPick(null)} />
					)}
				</div>
			)}
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
