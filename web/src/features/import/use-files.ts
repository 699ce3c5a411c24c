import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { toast } from "../../platform/toasts";
import { importing as words } from "./messages";

/** Files that are dropped on the element or pasted on the page, one at a time. Returns whether one is carried over it. */
export function useFiles(ref: RefObject<HTMLElement | null>, onFile: (file: File) => void): boolean {
	const latest = useRef(onFile);
	latest.current = onFile;
	const [over, setOver] = useState(false);
	useEffect(() => {
		const element = ref.current;
		if (!element) return undefined;
		const take = (files: readonly File[]) => {
			const [file, ...others] = files;
			if (!file) return;
			if (others.length > 0) toast({ text: words.oneAtATime(file.name) });
			latest.current(file);
		};
		const hears = new AbortController();
		const { signal } = hears;
		element.addEventListener(
			"dragover",
			(event) => {
				if (!event.dataTransfer?.types.includes("Files")) return;
				event.preventDefault();
				event.dataTransfer.dropEffect = "copy";
				setOver(true);
			},
			{ signal },
		);
		element.addEventListener(
			"dragleave",
			(event) => {
				if (!element.contains(event.relatedTarget as Node | null)) setOver(false);
			},
			{ signal },
		);
		element.addEventListener(
			"drop",
			(event) => {
				setOver(false);
				const files = [...(event.dataTransfer?.files ?? [])];
				if (files.length === 0) return;
				event.preventDefault();
				take(files);
			},
			{ signal },
		);
		document.addEventListener(
			"paste",
			(event) => {
				const data = event.clipboardData;
				if (!data || isField(event.target)) return;
				const files = [...data.files];
				take(files.length > 0 ? files : written(data.getData("text/plain")));
			},
			{ signal },
		);
		return () => hears.abort();
	}, []);
	return over;
}

function isField(target: EventTarget | null): boolean {
	return target instanceof HTMLElement && target.closest("input, textarea, dialog") !== null;
}

/** Some programs show their export in place of sending a file: its text is one. */
function written(text: string): File[] {
	if (text.trim() === "") return [];
	const ending = /^\s*[[{]/.test(text) ? "json" : "csv";
	return [new File([text], `${words.pasted}.${ending}`)];
}
