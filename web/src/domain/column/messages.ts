import { choose } from "../../platform/i18n/language";
import { column as en } from "./messages.en";

export const column = choose({ en });
