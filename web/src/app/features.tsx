// Where the features are plugged in. Each is a chunk of its own, downloaded when it is first shown.
import { lazy } from "./lazy";

export const Board = lazy(() => import("../features/board/index").then((m) => m.Board));
// Nothing is drawn while it comes: it lies over a page that is there already.
export const TaskDialog = lazy(() => import("../features/task/index").then((m) => m.TaskDialog), null);
export const Timeline = lazy(() => import("../features/timeline/index").then((m) => m.Timeline));
export const Members = lazy(() => import("../features/members/index").then((m) => m.Members));
export const Account = lazy(() => import("../features/account/index").then((m) => m.Account));
export const Admin = lazy(() => import("../features/admin/index").then((m) => m.Admin));
export const Notifications = lazy(() =>
	import("../features/notifications/index").then((m) => m.Notifications),
);
// Nothing is drawn while it comes, as with the dialog.
export const Debug = lazy(() => import("../features/debug/index").then((m) => m.Debug), null);
