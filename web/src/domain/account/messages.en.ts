export const account = {
	group: "Account",
	create: "New account",
	credentials: "Sessions and tokens",
	makeAdmin: "Make administrator",
	takeAdmin: "Take administrator rights",
	disable: "Disable",
	enable: "Enable",
	passwordLink: "Link for a new password",
	takeTotp: "Turn off two-step sign-in",
	browserOn: (browser: string, system: string) => `${browser} on ${system}`,
	unknownBrowser: "Another program",
};
