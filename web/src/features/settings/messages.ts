import { choose } from "../../platform/i18n/language";
import { settings as en } from "./messages.en";

export const settings = choose({ en });
