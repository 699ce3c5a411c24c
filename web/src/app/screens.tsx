// The screens and what opens over them. Each is downloaded when it is first shown, or when the page is idle.
import { Holding } from "../ui/holding";
import { lazy, whenIdle } from "../ui/lazy";

// With the page itself: what nearly everybody comes for needs no second download.
export { Board } from "../features/board/index";
// Nothing is rendered while it loads, because it opens over another screen.
export const TaskDialog = lazy(() => import("../features/task/index").then((m) => m.TaskDialog), null);
export const Table = lazy(() => import("../features/table/index").then((m) => m.Table));
export const Timeline = lazy(() => import("../features/timeline/index").then((m) => m.Timeline));
export const Calendar = lazy(() => import("../features/calendar/index").then((m) => m.Calendar));
export const Activity = lazy(() => import("../features/activity/index").then((m) => m.Activity));
export const Past = lazy(() => import("../features/past/index").then((m) => m.Past));
export const Reports = lazy(() => import("../features/reports/index").then((m) => m.Reports));
export const Members = lazy(() => import("../features/members/index").then((m) => m.Members));
export const Settings = lazy(() => import("../features/settings/index").then((m) => m.Settings));
export const Account = lazy(() => import("../features/account/index").then((m) => m.Account));
export const Admin = lazy(() => import("../features/admin/index").then((m) => m.Admin));
export const Notifications = lazy(() =>
	import("../features/notifications/index").then((m) => m.Notifications),
);
// Nothing is rendered while it loads, because it opens over another screen.
export const Debug = lazy(() => import("../features/debug/index").then((m) => m.Debug), null);

export const Search = lazy(() => import("../features/search/index").then((m) => m.Search));
export const MyWork = lazy(() => import("../features/my-work/index").then((m) => m.MyWork));
export const Import = lazy(() => import("../features/import/index").then((m) => m.Import));
export const NotFound = lazy(() => import("./not-found").then((m) => m.NotFound));
export const Home = lazy(() => import("../features/home/index").then((m) => m.Home));
export const SignIn = lazy(() => import("../features/sign/sign-in").then((m) => m.SignIn), null);
export const SignUp = lazy(() => import("../features/sign/sign-up").then((m) => m.SignUp), null);
export const ResetPassword = lazy(
	() => import("../features/sign/reset-password").then((m) => m.ResetPassword),
	null,
);
export const Invite = lazy(() => import("../features/sign/invite").then((m) => m.Invite), null);
export const CreateProject = lazy(
	() => import("../features/home/create-project").then((m) => m.CreateProject),
	null,
);
// Nothing is rendered while it loads, because it stands over another screen.
export const LostProject = lazy(() => import("./lost-project").then((m) => m.LostProject), null);
export const LastShown = lazy(() => import("./last-shown").then((m) => m.LastShown), null);
export const Palette = lazy(() => import("./palette").then((m) => m.Palette), <Holding />);
export const Shortcuts = lazy(() => import("./shortcuts").then((m) => m.Shortcuts), null);
export const AskFirst = lazy(() => import("./ask-first").then((m) => m.AskFirst), null);

/** What a person may open at any moment is there before the connection may be lost. */
const soon = [TaskDialog, Palette, Shortcuts, CreateProject, AskFirst, LostProject];

export function preloadSoon(): void {
	whenIdle(() => {
		for (const part of soon) part.preload();
		// Without them menus have no pictures, and all words.
		void import("./icons").catch(() => {});
	});
}
