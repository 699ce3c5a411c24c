import { task as en } from "./en/task";
import { choose } from "./language";

export const task = choose({ en });
