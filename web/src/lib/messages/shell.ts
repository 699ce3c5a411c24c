import { shell as en } from "./en/shell";
import { choose } from "./language";

export const shell = choose({ en });
