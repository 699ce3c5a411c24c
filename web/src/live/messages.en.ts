export const live = {
	couldNotSignOut: "Could not sign out",
	live: "Live",
	connecting: "Connecting",
	reconnecting: (seconds: number) => (seconds > 0 ? `Reconnecting in ${seconds} s` : "Reconnecting"),
	offline: "Offline",
	notSaved: (what: string) => `Not saved: ${what}`,
	changedSince: (who?: string) =>
		`${who ?? "Somebody"} changed this since, so it stays as it is now. Nothing was undone.`,
	isPast: "The past cannot be changed. Go back to now first.",
	heldBack: "Held back by a proxy",
};
