import { choose } from "../../platform/i18n/language";
import { table as en } from "./messages.en";

export const table = choose({ en });
