import { locale } from "../../platform/i18n/language";

const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** `340 bytes`, `1.2 MB`. Four digits are the next unit: 1000 bytes are `1 kB`. */
export function sizeText(bytes: number): string {
	let step = 0;
	let value = bytes;
	while (step < units.length - 1 && Math.round(value) >= 1000) {
		step += 1;
		value = bytes / 1024 ** step;
	}
	return new Intl.NumberFormat(locale, {
		style: "unit",
		unit: units[step] ?? "byte",
		// The short form of a byte has no plural.
		unitDisplay: step === 0 ? "long" : "short",
		maximumFractionDigits: value < 10 ? 1 : 0,
	}).format(value);
}
