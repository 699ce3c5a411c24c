export const account = {
	group: "Account",
	makeAdmin: "Make administrator",
	takeAdmin: "Take administrator rights",
	disable: "Disable",
	enable: "Enable",
	passwordLink: "Link for a new password",
};
