import { type Action, actions, isEnabled } from "./actions";

const apple = /Mac|iPhone|iPad/.test(globalThis.navigator?.userAgent ?? "");
const sequenceWithin = 1200;
const setting = "boardcast.single-keys";

/** Whether single letters are shortcuts. They disturb speech input, so WCAG 2.1.4 asks for a way to turn them off. */
export function singleKeys(): boolean {
	return localStorage.getItem(setting) !== "off";
}
export function setSingleKeys(on: boolean): void {
	localStorage.setItem(setting, on ? "on" : "off");
}

/** What a Latin layout has where others have letters too. */
const signs: Record<string, string> = { BracketLeft: "[", BracketRight: "]", Comma: ",", Period: "." };

/**
 * A letter of another script stands where a Latin one does: the key counts, not what is printed on it. Thai and Hindi have
 * vowel signs there, Arabic two letters on one key, and Greek and Hebrew signs of their own on Q and W.
 */
function keyOf({ key, code = "" }: { key: string; code?: string }): string {
	const latin = /^Key([A-Z])$/.exec(code)?.[1]?.toLowerCase() ?? signs[code];
	const isOther = /^[^\p{Script=Latin}\p{ASCII}]+$/u.test(key) && /[\p{L}\p{M}\p{N}]/u.test(key);
	return latin && (isOther || /^(KeyQ[;:/]|KeyW')$/.test(code + key)) ? latin : key;
}

/** A key press, spelled as in `Action.shortcut`. */
export function nameOf(
	event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey"> & { code?: string },
): string {
	const key = keyOf(event);
	const named = key.length > 1;
	const parts = [];
	if (apple ? event.metaKey : event.ctrlKey) parts.push("Ctrl");
	if (event.altKey) parts.push("Alt");
	// A character such as `?` implies the shift key.
	if (event.shiftKey && (named || parts.length > 0)) parts.push("Shift");
	return [...parts, key === " " ? "Space" : named ? key : key.toLowerCase()].join("+");
}

/** The action that a key press completes, or whether it may begin a sequence. */
export function match(
	pressed: string,
	before: string | undefined,
	all: readonly Action[],
): Action | "begins" | undefined {
	const whole = before ? `${before} ${pressed}` : pressed;
	const fits = all.findLast((action) => !action.native && action.shortcut === whole && isEnabled(action));
	if (fits) return fits;
	return all.some((action) => action.shortcut?.startsWith(`${whole} `) && isEnabled(action))
		? "begins"
		: undefined;
}

/**
 * A key that an input method takes: Enter confirms a word there, Escape and the arrows choose among words. Safari ends the
 * composition before the key is told, and says 229 then.
 */
function isComposing(event: KeyboardEvent): boolean {
	return event.isComposing || event.keyCode === 229;
}

export function startKeys(): void {
	// Before every field and dialog: to none of them the key means what is printed on it.
	addEventListener(
		"keydown",
		(event) => {
			if (isComposing(event)) event.stopImmediatePropagation();
		},
		{ capture: true },
	);
	let before: string | undefined;
	let timer: ReturnType<typeof setTimeout> | undefined;
	document.addEventListener("keydown", (event) => {
		if (event.defaultPrevented || ["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
		const pressed = nameOf(event);
		if (typing(event.target) && (!/^(Ctrl|Alt)\+/.test(pressed) || isOfField(pressed))) return;
		if (pressed.length === 1 && pressed !== "?" && !singleKeys()) return;
		// A letter with the shift key may be a key of its own.
		const shifted =
			event.shiftKey && pressed.length === 1 && match(`Shift+${pressed}`, undefined, actions.peek());
		const found = shifted || match(pressed, before, actions.peek());
		clearTimeout(timer);
		before = undefined;
		if (found === "begins") {
			before = pressed;
			timer = setTimeout(() => {
				before = undefined;
			}, sequenceWithin);
		}
		if (found) event.preventDefault();
		if (found && found !== "begins") found.run();
	});
}

/** Shortcut as shown in menus: `g b`, `⌘ K`. */
export function shown(shortcut: string): string[] {
	const names: Record<string, string> = {
		Delete: "Del",
		Escape: "Esc",
		Ctrl: apple ? "⌘" : "Ctrl",
		ArrowUp: "↑",
		ArrowDown: "↓",
		ArrowLeft: "←",
		ArrowRight: "→",
	};
	return shortcut.split(/[ +]/).map((key) => names[key] ?? (key.length === 1 ? key.toUpperCase() : key));
}

/** In a field these are the browser's: what was typed is taken back there, and what was done before by the page elsewhere. */
function isOfField(pressed: string): boolean {
	return /^Ctrl\+(Shift\+)?[zyacvx]$/.test(pressed);
}

function typing(target: EventTarget | null): boolean {
	if (!(target instanceof HTMLElement)) return false;
	if (
		target.isContentEditable ||
		target instanceof HTMLTextAreaElement ||
		target instanceof HTMLSelectElement
	)
		return true;
	return (
		target instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit"].includes(target.type)
	);
}
