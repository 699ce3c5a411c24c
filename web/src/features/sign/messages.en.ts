import type { Role } from "@boardcast/client";
import { member } from "../../domain/member/messages";

export const sign = {
	tagline: "One board, seen by everyone at once.",
	signIn: "Sign in",
	signUp: "Create an account",
	email: "E-mail",
	password: "Password",
	name: "Your name",
	passwordHint: (least: number) => `At least ${least} characters.`,
	remember: "Keep me signed in",
	sessionEnded: "Your session has ended. What you typed is kept: sign in to go on.",
	noAccount: "No account yet?",
	haveAccount: "Have an account already?",
	closed: "This server takes new accounts by invitation only. Open the link in your invitation.",
	setup: "Set up Boardcast",
	setupHint: "You will be the first administrator of this server.",
	setupMissing: "This link is incomplete. Copy it whole from the place where the server printed it.",
	setupNeeded: "This server has no administrator yet. Open the link that it printed when it started.",
	invited: (project: string) => `You are invited to “${project}”`,
	invitedBy: (name: string, role: Role) => `${name} invites you as ${member.role(role).toLowerCase()}.`,
	accept: "Accept the invitation",
	acceptAs: (name: string) => `Join as ${name}`,
	invitationGone: "This invitation does not work any more",
	invitationGoneHint: "It was used, taken back, or it expired. Ask for a new one.",
	otherAccount: "Use another account",
	signInToAccept: "Sign in to accept",
};
