import { choose } from "../../platform/i18n/language";
import { selection as en } from "./messages.en";

export const selection = choose({ en });
