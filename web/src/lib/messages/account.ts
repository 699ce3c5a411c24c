import { account as en } from "./en/account";
import { choose } from "./language";

export const account = choose({ en });
