import "./ui/styles/index.css";

import { render } from "preact";
import { App } from "./app/app";
import { startSession } from "./live/session";
import { startClock } from "./platform/clock";
import { startKeys } from "./platform/keys";
import { startRouter } from "./platform/router";
import { startTheme } from "./platform/theme";
import { startTitle } from "./platform/title";
import { startUpdate } from "./platform/update";

startRouter();
startKeys();
startClock();
startTheme();
startTitle();
startUpdate();
void startSession();
const root = document.getElementById("app");
if (root) render(<App />, root);
