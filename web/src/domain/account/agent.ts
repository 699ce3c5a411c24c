import { account } from "./messages";

// The browser and the system of a session, from its User-Agent. The order matters: most browsers name others too.
const browsers: [RegExp, string][] = [
	[/\bEdg(?:e|A|iOS)?\//, "Edge"],
	[/\bOPR\//, "Opera"],
	[/\bSamsungBrowser\//, "Samsung Internet"],
	[/\b(?:Firefox|FxiOS)\//, "Firefox"],
	[/\b(?:HeadlessChrome|Chrome|CriOS)\//, "Chrome"],
	[/\bSafari\//, "Safari"],
];
const systems: [RegExp, string][] = [
	[/\b(?:iPhone|iPad)\b/, "iOS"],
	[/\bAndroid\b/, "Android"],
	[/\bWindows\b/, "Windows"],
	[/\bMac OS X\b/, "macOS"],
	[/\bCrOS\b/, "ChromeOS"],
	[/\bLinux\b/, "Linux"],
];

const first = (agent: string, known: [RegExp, string][]) => known.find(([sign]) => sign.test(agent))?.[1];

interface Agent {
	browser: string | undefined;
	system: string | undefined;
	phone: boolean;
}

export function readAgent(agent: string): Agent {
	return {
		browser: first(agent, browsers),
		system: first(agent, systems),
		phone: /\b(?:iPhone|Mobile)\b/.test(agent),
	};
}

/** The program of a session, as a person calls it. */
export function nameOf(agent: string): string {
	const { browser, system } = readAgent(agent);
	return browser && system ? account.browserOn(browser, system) : (browser ?? account.unknownBrowser);
}
