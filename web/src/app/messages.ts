import { choose } from "../platform/i18n/language";
import { shell as en } from "./messages.en";

export const shell = choose({ en });
