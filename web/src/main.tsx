// First of all imports: it names the order of the layers, before any component adds to one.
import "./styles/layers.css";
import "./styles/index.css";

import { render } from "preact";
import { App } from "./app/app";
import { startKeys } from "./lib/actions/keys";
import { startRouter } from "./lib/router";
import { startSession } from "./lib/session";

startRouter();
startKeys();
void startSession();
const root = document.getElementById("app");
if (root) render(<App />, root);
