/** Three columns of a board, growing like a signal. */
export function Logo({ size = 24 }: { size?: number }) {
	return (
		<svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" class="logo">
			<rect width="24" height="24" rx="6" fill="var(--accent)" />
			<g fill="var(--text-on-accent)">
				<rect x="5" y="12" width="3.5" height="7" rx="1.2" />
				<rect x="10.25" y="8.5" width="3.5" height="10.5" rx="1.2" />
				<rect x="15.5" y="5" width="3.5" height="14" rx="1.2" />
			</g>
		</svg>
	);
}
