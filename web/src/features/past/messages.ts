import { choose } from "../../platform/i18n/language";
import { past as en } from "./messages.en";

export const past = choose({ en });
