import { choose } from "../../platform/i18n/language";
import { home as en } from "./messages.en";

export const home = choose({ en });
