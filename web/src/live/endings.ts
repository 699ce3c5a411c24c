const endings = new Set<() => void>();

/** Sets what else ends with the session. */
export function onEnd(ending: () => void): void {
	endings.add(ending);
}

export function endAll(): void {
	for (const ending of endings) ending();
}
