import { choose } from "../../platform/i18n/language";
import { task as en } from "./messages.en";

export const task = choose({ en });
