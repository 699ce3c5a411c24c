/** An Idempotency-Key: 128 random bits in hex. `crypto.randomUUID` does not exist on plain HTTP outside of localhost. */
export function newKey(): string {
	return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
		byte.toString(16).padStart(2, "0"),
	).join("");
}
