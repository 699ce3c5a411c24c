import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** While files are carried over the element it says `words`, and gets those that are dropped. */
export function useFileDrop(
	ref: RefObject<HTMLElement | null>,
	words: string | undefined,
	onFiles: (files: File[]) => void,
): void {
	const latest = useRef(onFiles);
	latest.current = onFiles;
	useEffect(() => {
		const element = ref.current;
		if (!element || words === undefined) return undefined;
		const end = () => {
			delete element.dataset["drop"];
		};
		const over = (event: DragEvent) => {
			if (!event.dataTransfer?.types.includes("Files")) return;
			event.preventDefault();
			event.dataTransfer.dropEffect = "copy";
			element.dataset["drop"] = words;
		};
		const leave = (event: DragEvent) => {
			if (!element.contains(event.relatedTarget as Node | null)) end();
		};
		const drop = (event: DragEvent) => {
			end();
			const files = [...(event.dataTransfer?.files ?? [])];
			if (files.length === 0) return;
			event.preventDefault();
			latest.current(files);
		};
		element.addEventListener("dragover", over);
		element.addEventListener("dragleave", leave);
		element.addEventListener("drop", drop);
		return () => {
			end();
			element.removeEventListener("dragover", over);
			element.removeEventListener("dragleave", leave);
			element.removeEventListener("drop", drop);
		};
	}, [words]);
}
