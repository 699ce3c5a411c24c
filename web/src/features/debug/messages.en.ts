const number = (ms: number) => (ms < 10 ? ms.toFixed(1) : String(Math.round(ms)));

export const debug = {
	title: "Live events",
	hide: "Close the live events",
	clear: "Clear",
	connection: "Connection",
	tab: "This tab",
	leads: "Leads",
	follows: "Follows",
	tabHint: "One tab of a browser holds the stream and passes it on to the others.",
	reconnects: "Reconnects",
	resets: "Resets",
	lag: "Lag p50, p99",
	lagHint: "From the server’s making an event to its arrival here, by an estimate of the server’s clock.",
	lags: (middle: number, most: number) => `${number(middle)}, ${number(most)} ms`,
	unknown: "Not known yet",
	clock: "Server’s clock",
	clockHint: "How far it is ahead of this device’s.",
	ahead: (by: number, within: number) =>
		`${by < 0 ? "−" : "+"}${number(Math.abs(by))} ± ${number(within)} ms`,
	asking: "Being asked",
	cursor: "Cursor",
	none: "None yet",
	list: "What came, the latest first",
	columns: { at: "Time", lag: "Lag", project: "Project", seq: "No.", type: "Type" },
	nothing: "Nothing has come since this was opened.",
	ms: (value: number) => `${number(value)} ms`,
};
