import { render } from "preact";
import { App } from "./app/app";
import { startKeys } from "./lib/actions/keys";
import { startRouter } from "./lib/router";
import { startSession } from "./lib/session";
import "./styles/index.css";

startRouter();
startKeys();
void startSession();
const root = document.getElementById("app");
if (root) render(<App />, root);
