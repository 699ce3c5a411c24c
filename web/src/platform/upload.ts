import { Problem } from "boardcast";
import { base } from "./api";

interface Sending {
	/** What the server answers. A refusal is a `Problem`; what was cancelled never ends. */
	answer: Promise<unknown>;
	cancel: () => void;
}

/** Sends a file as the body of a request, or in a form. `fetch` could not say how much of it has arrived. */
export function sendFile(
	path: string,
	content: File | FormData,
	key: string,
	progress: (share: number) => void,
): Sending {
	const request = new XMLHttpRequest();
	const answer = new Promise<unknown>((resolve, reject) => {
		request.upload.onprogress = ({ loaded, total }) => progress(total > 0 ? loaded / total : 0);
		request.onerror = () => reject(Problem.offline());
		request.onload = () => {
			const { status } = request;
			const told = parsed(request.responseText);
			if (status >= 200 && status < 300) resolve(told);
			else reject(new Problem(status, told, Number(request.getResponseHeader("Retry-After")) || undefined));
		};
	});
	request.open("POST", `${base}${path}`);
	// Of a form the browser says it itself, with what parts the fields.
	if (content instanceof File) request.setRequestHeader("Content-Type", "application/octet-stream");
	// A page of another site could send a file, but not this header.
	request.setRequestHeader("X-Boardcast", "1");
	// The same at a second try: a lost answer does not make two files.
	request.setRequestHeader("Idempotency-Key", key);
	request.send(content);
	return { answer, cancel: () => request.abort() };
}

function parsed(text: string): Record<string, unknown> {
	try {
		return JSON.parse(text) as Record<string, unknown>;
	} catch {
		return {};
	}
}
