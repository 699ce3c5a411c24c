import { choose } from "../../platform/i18n/language";
import { myWork as en } from "./messages.en";

export const myWork = choose({ en });
