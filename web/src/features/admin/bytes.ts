const units = ["B", "kB", "MB", "GB", "TB"];

/** With three digits: "1.24 GB". */
export function bytes(count: number): string {
	const step = count < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(count) / 3));
	return `${Number((count / 1000 ** step).toPrecision(3))} ${units[step]}`;
}
