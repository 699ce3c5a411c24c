import { notifications as en } from "./en/notifications";
import { choose } from "./language";

export const notifications = choose({ en });
