import { sign as en } from "./en/sign";
import { choose } from "./language";

export const sign = choose({ en });
