import { choose } from "../../platform/i18n/language";
import { trash as en } from "./messages.en";

export const trash = choose({ en });
