import { choose } from "../../platform/i18n/language";
import { writing as en } from "./messages.en";

export const writing = choose({ en });
