export { accounts as default } from "./model.ts";
