import { type Action, actions, isEnabled } from "./registry";

const apple = /Mac|iPhone|iPad/.test(globalThis.navigator?.userAgent ?? "");
const sequenceWithin = 1200;
const setting = "boardcast.single-keys";

/** Single letters get in the way of speech input; WCAG 2.1.4 asks for an off switch. */
export function singleKeys(): boolean {
	return localStorage.getItem(setting) !== "off";
}
export function setSingleKeys(on: boolean): void {
	localStorage.setItem(setting, on ? "on" : "off");
}

/** A key press in the words of `Action.shortcut`. */
export function nameOf(
	event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">,
): string {
	const named = event.key.length > 1;
	const parts = [];
	if (apple ? event.metaKey : event.ctrlKey) parts.push("Ctrl");
	if (event.altKey) parts.push("Alt");
	// `?` already says that shift was held.
	if (event.shiftKey && (named || parts.length > 0)) parts.push("Shift");
	return [...parts, event.key === " " ? "Space" : named ? event.key : event.key.toLowerCase()].join("+");
}

/** The action that a key press completes, or whether it may begin a sequence. */
export function match(
	pressed: string,
	before: string | undefined,
	all: readonly Action[],
): Action | "begins" | undefined {
	const whole = before ? `${before} ${pressed}` : pressed;
	const fits = all.findLast((action) => action.shortcut === whole && isEnabled(action));
	if (fits) return fits;
	return all.some((action) => action.shortcut?.startsWith(`${whole} `) && isEnabled(action))
		? "begins"
		: undefined;
}

export function startKeys(): void {
	let before: string | undefined;
	let timer: ReturnType<typeof setTimeout> | undefined;
	document.addEventListener("keydown", (event) => {
		if (
			event.defaultPrevented ||
			event.isComposing ||
			["Shift", "Control", "Alt", "Meta"].includes(event.key)
		)
			return;
		const pressed = nameOf(event);
		if (typing(event.target) && !/^(Ctrl|Alt)\+/.test(pressed)) return;
		if (pressed.length === 1 && pressed !== "?" && !singleKeys()) return;
		const found = match(pressed, before, actions.peek());
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
		Ctrl: apple ? "⌘" : "Ctrl",
		ArrowUp: "↑",
		ArrowDown: "↓",
		ArrowLeft: "←",
		ArrowRight: "→",
	};
	return shortcut.split(/[ +]/).map((key) => names[key] ?? (key.length === 1 ? key.toUpperCase() : key));
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
