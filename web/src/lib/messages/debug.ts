import { debug as en } from "./en/debug";
import { choose } from "./language";

export const debug = choose({ en });
