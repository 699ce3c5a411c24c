import { choose } from "../../platform/i18n/language";
import { comment as en } from "./messages.en";

export const comment = choose({ en });
