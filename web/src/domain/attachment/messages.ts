import { choose } from "../../platform/i18n/language";
import { attachment as en } from "./messages.en";

export const attachment = choose({ en });
