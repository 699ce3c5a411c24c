// The package in React, by its example.
import { testExample } from "./support/sdk";

testExample("/react/index.html");
