import { choose } from "../../platform/i18n/language";
import { dialogs as en } from "./dialogs.en";

export const dialogs = choose({ en });
