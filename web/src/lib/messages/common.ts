import { common as en } from "./en/common";
import { choose } from "./language";

export const common = choose({ en });
