// The one place where a text becomes HTML. The server has sanitised what comes here: nothing that a person types does.

interface Policy {
	createHTML(html: string): string;
}
interface Policies {
	createPolicy(name: string, rules: Policy): Policy;
}

/** The page's content security policy lets this policy be made, and no other one. */
const { trustedTypes } = globalThis as { trustedTypes?: Policies };
const policy = trustedTypes?.createPolicy("boardcast-html", { createHTML: (html) => html });

/** Show HTML of the server's `*_html` fields and of its preview. */
export function setHtml(element: Element, html: string): void {
	element.innerHTML = policy?.createHTML(html) ?? html;
}
