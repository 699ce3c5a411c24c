// For browsers without the Navigation API: links and the way back are followed by hand.
interface Router {
	show: (address: URL) => void;
	go: (to: string) => void;
	isPage: (target: URL) => boolean;
}

export function fallBack({ show, go, isPage }: Router): void {
	addEventListener("popstate", () => show(new URL(location.href)));
	document.addEventListener("click", (event) => {
		const link = (event.target as Element).closest?.("a");
		const other = event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
		if (!link || other || event.defaultPrevented || link.target || link.hasAttribute("download")) return;
		const target = new URL(link.href);
		if (!isPage(target)) return;
		event.preventDefault();
		go(target.href);
	});
}
