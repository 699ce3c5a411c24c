import { Bold, Code, Image, Italic, Link, List, ListChecks, type LucideIcon, TextQuote } from "lucide-preact";
import type { ComponentChildren, RefObject } from "preact";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { ProjectStore } from "../../live/store/project";
import { common } from "../../platform/i18n/common";
import { nameOf, shown } from "../../platform/keys";
import { excess } from "../../platform/text";
import { IconButton } from "../../ui/button";
import { cx } from "../../ui/cx";
import { apply, stateOf } from "./apply";
import { type Edit, enter, indent, link, pasteAddress, type State, toggleMark, togglePrefix } from "./edit";
import { writing as words } from "./messages";
import { Preview } from "./preview";
import { useCompletion } from "./use-completion";
import "./composer.css";

interface Props {
	store: ProjectStore;
	/** The user, for the preview. */
	me: string;
	label: string;
	placeholder?: string;
	value: string;
	onText: (text: string) => void;
	/** In characters. */
	limit: number;
	/** Ctrl+Enter. */
	onSend: () => void;
	/** Escape: the text is kept. */
	onEscape: () => void;
	/** The focus leaves the field and all that belongs to it. */
	onLeave?: () => void;
	/** Absent: no files can be pasted or chosen. */
	onFiles?: ((files: File[], field: HTMLTextAreaElement) => void) | undefined;
	field?: RefObject<HTMLTextAreaElement | null>;
	autofocus?: boolean;
	/** One line without a toolbar, until it is needed. */
	folded?: boolean;
	onFocus?: () => void;
	rows?: number;
	/** The buttons below the field. */
	children?: ComponentChildren;
}

interface Tool {
	label: string;
	icon: LucideIcon;
	/** As `nameOf` names the key press. */
	key?: string;
	act: (state: State) => Edit;
}

const tools: readonly Tool[] = [
	{ label: words.bold, icon: Bold, key: "Ctrl+b", act: (state) => toggleMark(state, "**") },
	{ label: words.italic, icon: Italic, key: "Ctrl+i", act: (state) => toggleMark(state, "_") },
	{ label: words.code, icon: Code, act: (state) => toggleMark(state, "`") },
	{ label: words.link, icon: Link, key: "Ctrl+k", act: link },
	{ label: words.list, icon: List, act: (state) => togglePrefix(state, "- ") },
	{ label: words.quote, icon: TextQuote, act: (state) => togglePrefix(state, "> ") },
	{ label: words.tasks, icon: ListChecks, act: (state) => togglePrefix(state, "- [ ] ") },
];

/** The field in which people write Markdown: comments and descriptions. */
export function Composer(props: Props) {
	const { store, me, label, value, limit, onFiles, onLeave, folded, children } = props;
	const own = useRef<HTMLTextAreaElement>(null);
	const field = props.field ?? own;
	const root = useRef<HTMLDivElement>(null);
	const [looking, setLooking] = useState(false);
	const isLooking = useRef(false);
	const look = (now: boolean) => {
		isLooking.current = now;
		setLooking(now);
	};
	const isFirst = useRef(true);
	useLayoutEffect(() => {
		if (!looking && !isFirst.current) field.current?.focus();
		isFirst.current = false;
	}, [looking]);
	// It was sent: the next text is written.
	useEffect(() => {
		if (value === "") look(false);
	}, [value === ""]);
	const id = useId();
	const completion = useCompletion({ field, text: value, store });
	const over = excess(value, limit);
	useLayoutEffect(() => {
		const element = field.current;
		if (!element || !props.autofocus) return;
		element.focus();
		element.setSelectionRange(element.value.length, element.value.length);
	}, []);
	const act = (make: (state: State) => Edit | undefined): boolean => {
		const element = field.current;
		const edit = element && make(stateOf(element));
		if (!element || !edit) return false;
		apply(element, edit);
		return true;
	};
	const onKeyDown = (event: KeyboardEvent) => {
		if (completion.onKeyDown(event)) return;
		const pressed = nameOf(event);
		if (!used(pressed)) return;
		event.preventDefault();
		event.stopPropagation();
	};
	const used = (pressed: string): boolean => {
		const tool = tools.find(({ key }) => key === pressed);
		if (tool) return act(tool.act);
		if (pressed === "Ctrl+Enter") props.onSend();
		else if (pressed === "Escape") props.onEscape();
		else if (pressed === "Enter") return act(enter);
		else if (pressed === "Tab") return act((state) => indent(state, 1));
		else if (pressed === "Shift+Tab") return act((state) => indent(state, -1));
		else return false;
		return true;
	};
	const onPaste = (event: ClipboardEvent) => {
		const data = event.clipboardData;
		const files = [...(data?.files ?? [])];
		const text = data?.getData("text/plain") ?? "";
		// Some programs give a picture of the text along with it: then the text is meant.
		if (files.length > 0 && text === "" && onFiles && field.current) onFiles(files, field.current);
		else if (!act((state) => pasteAddress(state, text))) return;
		event.preventDefault();
	};
	return (
		// biome-ignore lint/a11y/noStaticElementInteractions: it only keeps the focus where it is
		<div
			ref={root}
			class={cx("composer", folded && "composer-folded")}
			onKeyDown={(event) => {
				// From the preview and the buttons.
				const pressed = nameOf(event);
				if (event.target === field.current || event.defaultPrevented) return;
				if (pressed === "Ctrl+Enter") props.onSend();
				else if (pressed === "Escape" && looking) look(false);
				else return;
				event.preventDefault();
				event.stopPropagation();
			}}
			onMouseDown={(event) => {
				// The focus and the selection stay in the field. Safari would give the focus to nothing.
				if ((event.target as Element).closest("button")) event.preventDefault();
			}}
			onFocusOut={(event) => {
				// Behind the preview the field is hidden, which takes the focus away.
				if (isLooking.current) return;
				const next = event.relatedTarget ?? document.activeElement;
				// Another window got the focus: here nothing has changed.
				if (root.current?.contains(next as Node | null)) return;
				completion.leave();
				onLeave?.();
			}}
		>
			{!folded && (
				<div class="composer-head">
					<Tabs looking={looking} onLook={look} panel={id} />
					{!looking && (
						<div class="composer-tools" role="toolbar" aria-label={words.toolbar}>
							{tools.map(({ label, icon, key, act: tool }) => (
								<IconButton
									key={label}
									icon={icon}
									label={label}
									title={key ? words.withKey(label, shown(key).join("+")) : label}
									onClick={() => act(tool)}
								/>
							))}
							{onFiles && <Chooser onFiles={(files) => field.current && onFiles(files, field.current)} />}
						</div>
					)}
				</div>
			)}
			{looking && <Preview id={id} store={store} me={me} text={value} />}
			<textarea
				ref={field}
				class="input composer-field"
				dir="auto"
				hidden={looking}
				aria-label={label}
				aria-invalid={over > 0 ? true : undefined}
				aria-describedby={over > 0 ? `${id}-error` : undefined}
				placeholder={props.placeholder}
				rows={folded ? 1 : (props.rows ?? 3)}
				value={value}
				{...completion.field}
				onFocus={props.onFocus}
				onInput={(event) => {
					props.onText(event.currentTarget.value);
					completion.look();
				}}
				onKeyUp={(event) => {
					if (/^(Arrow(Left|Right)|Home|End)$/.test(event.key)) completion.look();
				}}
				onClick={completion.leave}
				onKeyDown={onKeyDown}
				onPaste={onPaste}
			/>
			{completion.list}
			{over > 0 && (
				<p id={`${id}-error`} class="field-error" role="alert">
					{common.tooLong(limit, over)}
				</p>
			)}
			{!folded && children && <div class="composer-foot">{children}</div>}
		</div>
	);
}

function Tabs(props: { looking: boolean; onLook: (looking: boolean) => void; panel: string }) {
	const { looking, onLook, panel } = props;
	return (
		<fieldset class="composer-tabs">
			<legend class="visually-hidden">{words.tabs}</legend>
			{[false, true].map((looks) => (
				<button
					key={String(looks)}
					type="button"
					class="composer-tab"
					aria-pressed={looks === looking}
					aria-controls={looks && looking ? panel : undefined}
					onClick={() => onLook(looks)}
				>
					{looks ? words.preview : words.write}
				</button>
			))}
		</fieldset>
	);
}

/** For those who do not paste: chooses images from the disk. */
function Chooser({ onFiles }: { onFiles: (files: File[]) => void }) {
	const input = useRef<HTMLInputElement>(null);
	return (
		<>
			<IconButton icon={Image} label={words.image} onClick={() => input.current?.click()} />
			<input
				ref={input}
				type="file"
				accept="image/*"
				multiple
				hidden
				aria-label={words.image}
				onChange={(event) => {
					onFiles([...(event.currentTarget.files ?? [])]);
					event.currentTarget.value = "";
				}}
			/>
		</>
	);
}
