// The package in Vue, by its example.
import { testExample } from "./support/sdk";

testExample("/vue/index.html");
