import { choose } from "../../platform/i18n/language";
import { project as en } from "./messages.en";

export const project = choose({ en });
