import { choose } from "../../platform/i18n/language";
import { importing as en } from "./messages.en";

export const importing = choose({ en });
