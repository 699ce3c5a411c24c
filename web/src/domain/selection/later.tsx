// The bar comes when the page is idle, or with the first task that is selected. Its keys mean the selection: until it is there
// they mean nothing.
import { Holding } from "../../ui/holding";
import { lazy } from "../../ui/lazy";

export const BulkBar = lazy(() => import("./bulk-bar").then((m) => m.BulkBar), <Holding />);
