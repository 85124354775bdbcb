import { conformanceOn } from "./conformance.fixture.ts";

conformanceOn("bundled", "PostgreSQL as it comes with npm");
