export interface Frame {
	event: string;
	data: string;
	id: string | undefined;
}

/**
 * Splits `text/event-stream` into frames, however the text is chunked. EventSource is not used: it delivers only event
 * names that were listed beforehand, so a type added later would be dropped, and it hides the status and `retry:`.
 */
export class FrameReader {
	/** The pause before the next connect that the server asks for, in ms. */
	retry: number | undefined;
	#rest = "";
	#event = "";
	#data: string[] = [];
	#id: string | undefined;

	push(text: string): Frame[] {
		const frames: Frame[] = [];
		const lines = (this.#rest + text).split("\n");
		this.#rest = lines.pop() ?? "";
		for (const line of lines) {
			const frame = this.#line(line.endsWith("\r") ? line.slice(0, -1) : line);
			if (frame) frames.push(frame);
		}
		return frames;
	}

	#line(line: string): Frame | undefined {
		if (line === "") return this.#flush();
		const colon = line.indexOf(":");
		if (colon === 0) return undefined;
		const field = colon < 0 ? line : line.slice(0, colon);
		const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
		if (field === "event") this.#event = value;
		else if (field === "data") this.#data.push(value);
		else if (field === "id") this.#id = value;
		else if (field === "retry" && /^\d+$/.test(value)) this.retry = Number(value);
		return undefined;
	}

	#flush(): Frame | undefined {
		const frame = { event: this.#event || "message", data: this.#data.join("\n"), id: this.#id };
		const empty = this.#data.length === 0;
		this.#event = "";
		this.#data = [];
		this.#id = undefined;
		return empty ? undefined : frame;
	}
}
