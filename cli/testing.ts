export * from "@plinth/testing";
