// Text as HTML: everything that comes from elsewhere is escaped here.

/** HTML that is safe to put into a page. */
export class Html {
	constructor(readonly text: string) {}
}
type Part = Html | string | number | false | null | undefined | readonly Part[];

const signs: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = (text: string) => text.replace(/[&<>"']/g, (sign) => signs[sign] ?? sign);

function put(part: Part): string {
	if (part instanceof Html) return part.text;
	if (Array.isArray(part)) return part.map(put).join("");
	return part === false || part === null || part === undefined ? "" : escaped(String(part));
}

export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
	return new Html(strings.reduce((text, next, at) => text + put(parts[at - 1]) + next));
}

/** A sentence with `code` in it. */
export function prose(text: string): Html {
	return new Html(
		text
			.split("`")
			.map((part, at) => (at % 2 === 1 ? `<code>${escaped(part)}</code>` : escaped(part)))
			.join(""),
	);
}

export function block(code: string): Html {
	return html`<div class="code"><pre tabindex="0"><code>${code}</code></pre></div>`;
}
