import { choose } from "../../platform/i18n/language";
import { admin as en } from "./messages.en";

export const admin = choose({ en });
