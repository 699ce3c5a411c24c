// Runs before the first paint, so that a chosen theme does not flash. A file of its own: the policy forbids inline scripts.
(() => {
	try {
		const theme = localStorage.getItem("boardcast.theme");
		if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
	} catch {
		// Storage can be forbidden; then the system decides.
	}
})();
