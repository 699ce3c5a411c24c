import { choose } from "../platform/i18n/language";
import { redo as en } from "./redo.en";

export const redo = choose({ en });
