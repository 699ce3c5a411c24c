import { choose } from "../platform/i18n/language";
import { ui as en } from "./messages.en";

export const ui = choose({ en });
