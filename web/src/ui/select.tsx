import { ChevronDown } from "lucide-preact";
import type { ButtonHTMLAttributes } from "preact";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { folded } from "../platform/text";
import { anchorTo } from "./anchor";
import "./options.css";
import "./select.css";

type Button = Omit<ButtonHTMLAttributes<HTMLButtonElement>, "role" | "value" | "label">;
export interface SelectProps extends Button {
	label: string;
	options: readonly { value: string; label: string }[];
	value: string;
	onPick: (value: string) => void;
}

const typingPause = 700;
const page = 10;

/** One of a few choices: a button with a list, by the ARIA pattern of a combobox that only selects. The focus stays on it. */
export function Select({ label, options, value, onPick, ...rest }: SelectProps) {
	const picked = options.findIndex((option) => option.value === value);
	const [at, setAt] = useState<number | undefined>(undefined);
	const button = useRef<HTMLButtonElement>(null);
	const find = useTypeahead();
	const id = useId();
	const open = at !== undefined;
	const last = options.length - 1;
	const begin = (index = Math.max(0, picked)) => {
		button.current?.focus();
		setAt(Math.max(0, Math.min(index, last)));
	};
	const close = () => setAt(undefined);
	const take = (index: number) => {
		close();
		const option = options[index];
		if (option && option.value !== value) onPick(option.value);
	};
	const onKeyDown = (event: KeyboardEvent) => {
		const { key, altKey, ctrlKey, metaKey } = event;
		if (ctrlKey || metaKey) return;
		const from = at ?? Math.max(0, picked);
		const typed =
			key.length === 1 && (key !== " " || find.isTyping()) ? find.index(key, from, options) : undefined;
		if (open && key === "Tab") return take(at);
		if (typed !== undefined) begin(typed);
		else if (open && (key === "Enter" || key === " " || (altKey && key === "ArrowUp"))) take(at);
		else if (open && key === "Escape") close();
		else if (!open && ["ArrowDown", "ArrowUp", "Enter", " "].includes(key)) begin();
		else if (key === "Home") begin(0);
		else if (key === "End") begin(last);
		else if (open && key === "ArrowDown") begin(at + 1);
		else if (open && key === "ArrowUp") begin(at - 1);
		else if (open && key === "PageDown") begin(at + page);
		else if (open && key === "PageUp") begin(at - page);
		// A letter that begins no option is no shortcut of the page either.
		else if (key.length !== 1 || altKey) return;
		event.preventDefault();
		event.stopPropagation();
	};
	return (
		<>
			<button
				type="button"
				{...rest}
				ref={button}
				role="combobox"
				class="input select"
				aria-haspopup="listbox"
				aria-expanded={open}
				aria-controls={open ? `${id}-list` : undefined}
				aria-activedescendant={open ? `${id}-${at}` : undefined}
				onClick={() => (open ? close() : begin())}
				onKeyDown={onKeyDown}
				onBlur={close}
			>
				<span class="truncate" dir="auto">
					{options[picked]?.label}
				</span>
				<ChevronDown size={14} aria-hidden="true" />
			</button>
			{open && (
				<List
					id={id}
					label={label}
					options={options}
					at={at}
					picked={picked}
					anchor={() => button.current}
					onPick={take}
				/>
			)}
		</>
	);
}

interface ListProps extends Pick<SelectProps, "label" | "options"> {
	id: string;
	at: number;
	picked: number;
	anchor: () => HTMLElement | null;
	onPick: (index: number) => void;
}

function List({ id, label, options, at, picked, anchor, onPick }: ListProps) {
	const list = useRef<HTMLDivElement>(null);
	useLayoutEffect(() => {
		const beside = anchor();
		if (!list.current || !beside) return;
		// Not closed by the browser: a press on the button would close and open it. It closes when the button loses the focus.
		list.current.showPopover();
		list.current.style.minInlineSize = `${beside.offsetWidth}px`;
		anchorTo(list.current, beside);
	}, []);
	useLayoutEffect(() => list.current?.children[at]?.scrollIntoView({ block: "nearest" }), [at]);
	return (
		<div
			ref={list}
			popover="manual"
			id={`${id}-list`}
			role="listbox"
			aria-label={label}
			class="floating select-list"
			onMouseDown={(event) => event.preventDefault()}
		>
			{options.map((option, index) => (
				// biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled by the button, which keeps the focus
				// biome-ignore lint/a11y/useFocusableInteractive: the active option is named by aria-activedescendant
				<div
					key={option.value}
					id={`${id}-${index}`}
					role="option"
					aria-selected={index === picked}
					class="option"
					data-current={index === at || undefined}
					onClick={() => onPick(index)}
				>
					<span class="truncate" dir="auto">
						{option.label}
					</span>
					{index === picked && <span class="menu-check" aria-hidden="true" />}
				</div>
			))}
		</div>
	);
}

/** The first letters of an option, typed one after another; the same letter again goes on to the next one. */
function useTypeahead() {
	const typed = useRef({ text: "", until: 0 });
	const isTyping = () => Date.now() < typed.current.until;
	const index = (key: string, from: number, options: SelectProps["options"]): number | undefined => {
		const before = isTyping() ? typed.current.text : "";
		const text = folded(key) === before ? before : before + folded(key);
		typed.current = { text, until: Date.now() + typingPause };
		const start = text.length === 1 ? from + 1 : from;
		const order = options.map((_, step) => (start + step) % options.length);
		return order.find((place) => folded(options[place]?.label ?? "").startsWith(text));
	};
	return { index, isTyping };
}
