// The board's answer may be megabytes long. It is parsed in slices while it arrives, so that the page goes on scrolling
// and typing meanwhile, and little is left to do when the last byte is there.

/** How much text is parsed at once, in characters: a few milliseconds. */
const sliceLength = 256 * 1024;
/** After so many milliseconds the browser gets to do other things. */
const longestRun = 8;

/** Reads a JSON object whose members may be long lists. */
export async function readSnapshot(response: Response): Promise<unknown> {
	if (!response.body) return response.json();
	const slices = new Slices();
	const decoder = new TextDecoder();
	const bytes = response.body.getReader();
	let begun = performance.now();
	for (let part = await bytes.read(); !part.done; part = await bytes.read()) {
		for (const _ of slices.push(decoder.decode(part.value, { stream: true }))) {
			if (performance.now() - begun < longestRun) continue;
			await pause();
			begun = performance.now();
		}
	}
	return slices.end();
}

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Cuts the lists of a JSON object between their items. What remains of the text, with empty lists, is parsed at the end;
 * then the lists are put in.
 */
export class Slices {
	readonly #lists: unknown[][] = [];
	/** The object without the items of its lists. */
	#frame = "";
	/** What was looked at since the last cut. */
	#held = "";
	/** What encloses the place that was looked at last. */
	#depth = 0;
	#inString = false;
	#isEscaped = false;
	#inList = false;

	/** A slice has at least `length` characters, unless its list ends. */
	constructor(private readonly length = sliceLength) {}

	/** Takes in the next part of the text. Stops after each slice, so that the caller may pause. */
	*push(part: string): Generator<void> {
		let from = 0;
		for (;;) {
			const end = this.#look(part, from);
			this.#held += part.slice(from, end);
			if (end === undefined) return;
			this.#cut(part.charCodeAt(end));
			from = end + 1;
			yield;
		}
	}

	/** The object. Throws what `JSON.parse` throws when the text is not whole. */
	end(): unknown {
		const object = JSON.parse(this.#frame + this.#held);
		const lists = this.#lists.values();
		for (const [name, value] of Object.entries(object)) {
			if (Array.isArray(value)) object[name] = lists.next().value;
		}
		return object;
	}

	/** Goes on from a place to where to cut next, or to the end of the part (undefined). */
	#look(part: string, from: number): number | undefined {
		const enough = this.#inList ? from + this.length - this.#held.length : Number.POSITIVE_INFINITY;
		let [depth, inString] = [this.#depth, this.#inString];
		let end: number | undefined;
		for (let at = from; at < part.length && end === undefined; at++) {
			if (inString) {
				at = this.#endOfString(part, at);
				inString = at === part.length;
				continue;
			}
			const sign = part.charCodeAt(at);
			if (sign === quote) inString = true;
			else if (sign === openList || sign === openObject) {
				depth += 1;
				if (depth === 2 && sign === openList) end = at;
			} else if (sign === closeList || sign === closeObject) {
				depth -= 1;
				if (depth === 1 && sign === closeList) end = at;
			} else if (sign === comma && depth === 2 && at >= enough) end = at;
		}
		[this.#depth, this.#inString] = [depth, inString];
		return end;
	}

	/** The quote that ends the string, or the length of the part. Searching is quicker than looking at each sign. */
	#endOfString(part: string, from: number): number {
		let start = from + (this.#isEscaped ? 1 : 0);
		this.#isEscaped = false;
		for (;;) {
			const found = part.indexOf('"', start);
			const end = found < 0 ? part.length : found;
			let before = end;
			while (before > start && part.charCodeAt(before - 1) === backslash) before--;
			const isEscaped = (end - before) % 2 === 1;
			if (found < 0) this.#isEscaped = isEscaped;
			if (found < 0 || !isEscaped) return end;
			start = end + 1;
		}
	}

	/** `sign` opens a list, closes it, or is a comma between two of its items. */
	#cut(sign: number): void {
		if (this.#inList) {
			const list = this.#lists.at(-1);
			for (const item of JSON.parse(`[${this.#held}]`)) list?.push(item);
			this.#inList = sign === comma;
			if (!this.#inList) this.#frame += "]";
		} else {
			this.#frame += `${this.#held}[`;
			this.#lists.push([]);
			this.#inList = true;
		}
		this.#held = "";
	}
}

/** Lets the browser draw and answer the user before going on. */
export function pause(): Promise<void> {
	const { scheduler } = globalThis as { scheduler?: { yield?: () => Promise<void> } };
	if (scheduler?.yield) return scheduler.yield();
	return new Promise((resolve) => {
		// Unlike a timer, a message is not delayed.
		const { port1, port2 } = new MessageChannel();
		port1.onmessage = () => {
			port1.close();
			resolve();
		};
		port2.postMessage(undefined);
	});
}
