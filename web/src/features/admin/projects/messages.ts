import { choose } from "../../../platform/i18n/language";
import { projects as en } from "./messages.en";

export const projects = choose({ en });
