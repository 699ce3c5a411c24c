// Runs before the first paint, and before the page's own script has come. A file of its own: the policy forbids inline scripts.
(() => {
	/** Storage can be forbidden; then the system decides on the theme, and nothing is asked for ahead. */
	const read = (name, storage = "localStorage") => {
		try {
			return globalThis[storage].getItem(name);
		} catch {
			return null;
		}
	};

	// A chosen theme does not flash, and a folded sidebar does not jump.
	const theme = read("boardcast.theme");
	if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
	const scarce = matchMedia("(max-width: 75rem), (max-height: 30rem) and (orientation: landscape)").matches;
	document.documentElement.dataset.sidebar = read("boardcast.sidebar") ?? (scarce ? "folded" : "open");

	// Ask for all that the page is about to need at once, instead of one after the other: `platform/asked-ahead.ts` hands the
	// answers out. Only where a user is probably signed in: others would get refusals.
	const expected = (storage) => Number(read("boardcast.expected", storage)) > Date.now();
	if (!expected("localStorage") && !expected("sessionStorage")) return;
	const [, address] = /^\/p\/([^/]+)/.exec(location.pathname) ?? [];
	const paths = ["/session", "/projects?archived=any&limit=200"];
	try {
		const name = decodeURIComponent(address ?? "").toLowerCase();
		const id = JSON.parse(read("boardcast.addresses") ?? "{}")[name];
		if (id) paths.push(`/projects/${encodeURIComponent(id)}/board`);
	} catch {
		// The address or the note is broken: the page itself says what is wrong.
	}
	const asked = new Map();
	for (const path of paths) {
		const answer = fetch(`/api/v1${path}`);
		// The page looks at it later, if at all.
		answer.catch(() => {});
		asked.set(`/api/v1${path}`, answer);
	}
	globalThis.boardcastAsked = asked;
})();
