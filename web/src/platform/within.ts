/** Whether the server accepts the number: `limits` are those of the field. */
export function within(value: number, limits: { minimum: number; maximum: number }): boolean {
	return value >= limits.minimum && value <= limits.maximum;
}
