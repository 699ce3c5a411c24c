import { choose } from "../../platform/i18n/language";
import { filters as en } from "./messages.en";

export const filters = choose({ en });
