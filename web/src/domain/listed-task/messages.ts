import { choose } from "../../platform/i18n/language";
import { listedTask as en } from "./messages.en";

export const listedTask = choose({ en });
