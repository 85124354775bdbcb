import { serverTests } from "./postgres.fixture.ts";

serverTests("system");
