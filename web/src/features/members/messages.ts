import { choose } from "../../platform/i18n/language";
import { members as en } from "./messages.en";

export const members = choose({ en });
