/** Where to go after signing in: the page that sent the person to the sign-in page, if it is on this site. */
export function nextAddress(): string {
	const next = new URL(location.href).searchParams.get("next") ?? "/";
	if (!next.startsWith("/") || next.startsWith("//")) return "/";
	// The secret of an invitation stays behind the `#`, which browsers do not send to the server.
	return next === "/invite" ? next + location.hash : next;
}
