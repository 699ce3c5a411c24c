import { members as en } from "./en/members";
import { choose } from "./language";

export const members = choose({ en });
