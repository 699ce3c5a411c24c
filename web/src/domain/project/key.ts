/** How long a key may be, and how much of a name goes into one. */
const [longest, taken] = [10, 4];

/** The key that the server makes from a project's name, beside those that the user's projects have. */
export function keyFrom(name: string, others: readonly string[]): string {
	const letters = [...name].filter((sign) => /[a-z0-9]/i.test(sign)).slice(0, taken);
	const stem = letters.join("").toUpperCase();
	const first = /^[A-Z][A-Z0-9]+$/.test(stem) ? stem : `P${letters.length}`;
	let key = first;
	for (let number = 2; others.includes(key); number++) {
		const digits = String(number);
		key = first.slice(0, longest - digits.length) + digits;
	}
	return key;
}
