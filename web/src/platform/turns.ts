// Work that may wait is done piece by piece, each in a task of its own, so that typing, scrolling and drawing come between.

type Piece = () => void;

const waiting = new Set<Piece>();
let isAsked = false;

/** Do a piece of work soon, after the pieces that wait already; returns how to cancel it. */
export function inTurn(piece: Piece): () => void {
	waiting.add(piece);
	ask();
	return () => waiting.delete(piece);
}

function ask(): void {
	if (isAsked || waiting.size === 0) return;
	isAsked = true;
	const { scheduler } = globalThis as { scheduler?: { postTask?: (task: Piece) => Promise<void> } };
	if (scheduler?.postTask) void scheduler.postTask(takeOne);
	else setTimeout(takeOne);
}

function takeOne(): void {
	isAsked = false;
	const [piece] = waiting;
	if (!piece) return;
	waiting.delete(piece);
	// Asked before it runs: a piece that fails does not hold up the others.
	ask();
	piece();
}
