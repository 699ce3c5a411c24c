import "./styles/index.css";

import { render } from "preact";
import { App } from "./app/app";
import { startKeys } from "./lib/actions/keys";
import { startRouter } from "./lib/router";
import { startSession } from "./lib/session";
import { startTheme } from "./lib/theme";
import { startTitle } from "./lib/title";

startRouter();
startKeys();
startTheme();
startTitle();
void startSession();
const root = document.getElementById("app");
if (root) render(<App />, root);
