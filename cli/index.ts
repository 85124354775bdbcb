export * from "@plinth/model";
