import { admin as en } from "./en/admin";
import { choose } from "./language";

export const admin = choose({ en });
