import { choose } from "../../platform/i18n/language";
import { undoing as en } from "./messages.en";

export const undoing = choose({ en });
