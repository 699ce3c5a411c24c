import { choose } from "../../platform/i18n/language";
import { search as en } from "./messages.en";

export const search = choose({ en });
