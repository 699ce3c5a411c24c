import { choose } from "../../platform/i18n/language";
import { select as en } from "./select.en";

export const select = choose({ en });
