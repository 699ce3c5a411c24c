import { choose } from "../../platform/i18n/language";
import { timeline as en } from "./messages.en";

export const timeline = choose({ en });
