import { common as en } from "./common.en";
import { choose } from "./language";

export const common = choose({ en });
