/** The drawn description with one of its boxes ticked or not. */
export function withBox(html: string, box: string, checked: boolean): string {
	return html.replace(/<input\b[^>]*>/g, (input) => {
		if (!input.includes(`data-box="${box}"`)) return input;
		const bare = input.replace(/\s+checked(?:="[^"]*")?(?=[\s/>])/, "");
		return checked ? bare.replace(/\s*\/?>$/, ' checked="">') : bare;
	});
}
